package dev.gantry.run.console;

import io.quarkus.vertx.http.HttpServerOptionsCustomizer;
import io.vertx.core.http.HttpServerOptions;
import jakarta.inject.Singleton;

/** Has the server agree to the protocol of the console when a client asks for it by name. */
@Singleton
public final class ConsoleWiring implements HttpServerOptionsCustomizer {
  @Override
  public void customizeHttpServer(HttpServerOptions options) {
    options.addWebSocketSubProtocol(Session.PROTOCOL);
  }

  @Override
  public void customizeHttpsServer(HttpServerOptions options) {
    customizeHttpServer(options);
  }
}
