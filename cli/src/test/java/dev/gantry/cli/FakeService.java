package dev.gantry.cli;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;

/** A service that answers what it was told to, and remembers what it was asked. */
final class FakeService implements AutoCloseable {
  record Asked(String line, String body, String contentType) {}

  private record Answer(int status, String type, byte[] body) {}

  private final HttpServer server;
  private final Map<String, List<Answer>> answers = new HashMap<>();
  private final List<Asked> asked = new ArrayList<>();

  FakeService() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", this::handle);
    server.start();
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /** Answers to METHOD /path (without query), one after another, the last one again and again. */
  FakeService on(String methodAndPath, int status, String body) {
    return on(methodAndPath, status, "application/json", body);
  }

  synchronized FakeService on(String methodAndPath, int status, String type, String body) {
    answers
        .computeIfAbsent(methodAndPath, key -> new ArrayList<>())
        .add(new Answer(status, type, body.getBytes(StandardCharsets.UTF_8)));
    return this;
  }

  synchronized List<Asked> asked() {
    return List.copyOf(asked);
  }

  /** METHOD /path?query of every request. */
  List<String> lines() {
    return asked().stream().map(Asked::line).toList();
  }

  private void handle(HttpExchange exchange) throws IOException {
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.ISO_8859_1);
    Answer answer = answer(exchange, body);
    exchange.getResponseHeaders().set("Content-Type", answer.type());
    exchange.sendResponseHeaders(
        answer.status(), answer.body().length == 0 ? -1 : answer.body().length);
    exchange.getResponseBody().write(answer.body());
    exchange.close();
  }

  private synchronized Answer answer(HttpExchange exchange, String body) {
    String method = exchange.getRequestMethod();
    asked.add(
        new Asked(
            method + " " + exchange.getRequestURI(),
            body,
            String.valueOf(exchange.getRequestHeaders().getFirst("Content-Type"))));
    List<Answer> known = answers.get(method + " " + exchange.getRequestURI().getPath());
    if (known == null) {
      return new Answer(404, "application/json", new byte[0]);
    }
    return known.size() > 1 ? known.removeFirst() : known.getFirst();
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
