# Prints the page: page.sh GREETING
cat <<PAGE
<!doctype html>
<title>$1</title>
<h1>$1</h1>
<p>$(cat message.txt)</p>
PAGE
