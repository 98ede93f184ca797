package dev.gantry.run.network;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/**
 * Networks on disk: a file {@code <name>.json} each, there whole or not at all whenever the machine
 * stops, and beside it {@code <name>.addresses}.
 */
final class NetworkFiles {
  private static final Logger LOG = Logger.getLogger(NetworkFiles.class);
  private static final JsonMapper JSON = JsonMapper.builder().findAndAddModules().build();
  private static final String SUFFIX = ".json";

  private final Path directory;

  NetworkFiles(Path directory) throws IOException {
    this.directory = Files.createDirectories(directory);
  }

  /** All that are there; one that cannot be read is left out, and the log says so. */
  List<Network> load() throws IOException {
    List<Network> networks = new ArrayList<>();
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.filter(file -> file.toString().endsWith(SUFFIX)).sorted().toList()) {
        try {
          networks.add(JSON.readValue(Files.readAllBytes(file), Network.class));
        } catch (IOException e) {
          LOG.errorf("network %s cannot be read and is left alone: %s", file, e.getMessage());
        }
      }
    }
    return networks;
  }

  /** Durable when this returns. */
  void save(Network network) throws IOException {
    Path temporary = directory.resolve(network.name() + ".new");
    try (FileChannel file =
        FileChannel.open(
            temporary,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      ByteBuffer bytes = ByteBuffer.wrap(JSON.writeValueAsBytes(network));
      while (bytes.hasRemaining()) {
        file.write(bytes);
      }
      file.force(true);
    }
    Files.move(temporary, file(network.name()), StandardCopyOption.ATOMIC_MOVE);
    sync();
  }

  /** Gone for good when this returns. */
  void delete(String name) throws IOException {
    Files.deleteIfExists(file(name));
    Files.deleteIfExists(addresses(name));
    Files.deleteIfExists(Path.of(addresses(name) + ".lock"));
    sync();
  }

  /** Where it is kept who has which address of a network. */
  Path addresses(String name) {
    return directory.resolve(name + ".addresses");
  }

  private Path file(String name) {
    return directory.resolve(name + SUFFIX);
  }

  private void sync() throws IOException {
    try (FileChannel open = FileChannel.open(directory)) {
      open.force(true);
    }
  }
}
