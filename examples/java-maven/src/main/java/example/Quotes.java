package example;

import com.google.gson.Gson;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Serves quotes as JSON. */
public final class Quotes {
  record Quote(String author, String text) {}

  private static final List<Quote> QUOTES =
      List.of(new Quote("Ada Lovelace", "It can do whatever we know how to order it to perform."));

  private Quotes() {}

  /** Listens on port 8080 until it is told to stop. */
  public static void main(String[] arguments) throws IOException {
    HttpServer server = HttpServer.create(new InetSocketAddress(8080), 0);
    server.createContext("/quotes", Quotes::answer);
    Runtime.getRuntime().addShutdownHook(new Thread(() -> server.stop(0)));
    server.start();
    System.out.println("listening on port 8080");
  }

  private static void answer(HttpExchange exchange) throws IOException {
    byte[] body = new Gson().toJson(QUOTES).getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().add("Content-Type", "application/json");
    exchange.sendResponseHeaders(200, body.length);
    try (exchange) {
      exchange.getResponseBody().write(body);
    }
  }
}
