package dev.gantry.build.fetch;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Git repositories by HTTP, as {@code git http-backend} serves them. */
public final class GitServer implements AutoCloseable {
  private final Path directory;
  private final Path work;
  private final HttpServer server;

  /** Serves a repository {@code project.git} that lies in this directory. */
  public GitServer(Path directory) throws IOException, InterruptedException {
    this.directory = directory;
    this.work = directory.resolve("work");
    Files.createDirectories(work);
    git("init", "--quiet", "--initial-branch=main");
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::serve);
    server.start();
  }

  /** Where it is. */
  public String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort() + "/project.git";
  }

  /** Writes a file of the next commit. */
  public GitServer file(String path, String content) throws IOException {
    Path file = work.resolve(path);
    Files.createDirectories(file.getParent());
    Files.writeString(file, content);
    return this;
  }

  /** Makes a link of the next commit. */
  public GitServer link(String path, String target) throws IOException {
    Files.createSymbolicLink(work.resolve(path), Path.of(target));
    return this;
  }

  /** Commits everything and publishes it, the tag too; the commit. */
  public String commit(String tag) throws IOException, InterruptedException {
    git("add", "--all");
    git("commit", "--quiet", "--message=" + tag);
    git("tag", "--annotate", "--message=" + tag, tag);
    Path bare = directory.resolve("project.git");
    if (!Files.exists(bare)) {
      git("clone", "--quiet", "--bare", ".", bare.toString());
    } else {
      git("push", "--quiet", "--all", bare.toString());
      git("push", "--quiet", "--tags", bare.toString());
    }
    return git("rev-parse", "HEAD").strip();
  }

  private String git(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("git", "-c", "safe.directory=*"));
    command.addAll(List.of("-c", "user.name=test", "-c", "user.email=test@example.org"));
    command.addAll(List.of(arguments));
    Process process =
        new ProcessBuilder(command).directory(work.toFile()).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IOException(command + ": " + output);
    }
    return output;
  }

  private void serve(HttpExchange exchange) throws IOException {
    ProcessBuilder builder = new ProcessBuilder("git", "http-backend");
    builder.environment().put("GIT_PROJECT_ROOT", directory.toString());
    builder.environment().put("GIT_HTTP_EXPORT_ALL", "1");
    builder.environment().put("PATH_INFO", exchange.getRequestURI().getPath());
    String query = exchange.getRequestURI().getRawQuery();
    builder.environment().put("QUERY_STRING", query == null ? "" : query);
    builder.environment().put("REQUEST_METHOD", exchange.getRequestMethod());
    header(exchange, builder, "Content-Type", "CONTENT_TYPE");
    header(exchange, builder, "Content-Encoding", "HTTP_CONTENT_ENCODING");
    header(exchange, builder, "Git-Protocol", "GIT_PROTOCOL");
    Process process = builder.redirectError(ProcessBuilder.Redirect.DISCARD).start();
    try (OutputStream in = process.getOutputStream()) {
      exchange.getRequestBody().transferTo(in);
    }
    answer(exchange, process.getInputStream());
    exchange.close();
  }

  private static void header(
      HttpExchange exchange, ProcessBuilder builder, String header, String variable) {
    String value = exchange.getRequestHeaders().getFirst(header);
    if (value != null) {
      builder.environment().put(variable, value);
    }
  }

  private static void answer(HttpExchange exchange, InputStream out) throws IOException {
    int status = 200;
    for (String line = line(out); !line.isEmpty(); line = line(out)) {
      String[] field = line.split(": ", 2);
      if (field[0].equals("Status")) {
        status = Integer.parseInt(field[1].substring(0, 3));
      } else {
        exchange.getResponseHeaders().add(field[0], field[1]);
      }
    }
    exchange.sendResponseHeaders(status, 0);
    out.transferTo(exchange.getResponseBody());
  }

  private static String line(InputStream in) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int b = in.read(); b >= 0 && b != '\n'; b = in.read()) {
      line.write(b);
    }
    return line.toString(StandardCharsets.UTF_8).strip();
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
