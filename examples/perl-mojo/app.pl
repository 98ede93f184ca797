use Mojolicious::Lite -signatures;

get '/' => {text => 'words'};

get '/count' => sub ($c) {
  my %count;
  $count{lc $_}++ for $c->param('text') =~ /\w+/g;
  $c->render(json => \%count);
};

app->start;
