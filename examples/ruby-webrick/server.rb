require 'json'
require 'webrick'
require_relative 'lib/roman'

server = WEBrick::HTTPServer.new(Port: Integer(ENV.fetch('PORT')))
server.mount_proc '/roman' do |request, response|
  response.content_type = 'application/json'
  response.body = JSON.generate(roman: Roman.numeral(Integer(request.query['n'])))
end
%w[INT TERM].each { |signal| trap(signal) { server.shutdown } }
server.start
