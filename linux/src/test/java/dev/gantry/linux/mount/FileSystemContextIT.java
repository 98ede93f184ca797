package dev.gantry.linux.mount;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gantry.linux.FileDescriptor;
import dev.gantry.linux.LinuxException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileSystemContextIT {
  @TempDir Path directory;

  @Test
  void aMountIsUsableWithoutAPlace() throws IOException {
    try (FileSystemContext context = FileSystemContext.open("tmpfs");
        FileDescriptor mount = context.mount(EnumSet.noneOf(MountAttribute.class))) {
      Files.writeString(mount.path().resolve("file"), "content");
      assertThat(mount.path().resolve("file")).hasContent("content");
    }
  }

  @Test
  void aReadOnlyMountCannotBeWrittenTo() throws IOException {
    try (FileSystemContext context = FileSystemContext.open("tmpfs");
        FileDescriptor mount = context.mount(EnumSet.of(MountAttribute.READ_ONLY))) {
      assertThatThrownBy(() -> Files.writeString(mount.path().resolve("file"), "x"))
          .isInstanceOf(IOException.class);
    }
  }

  @Test
  void aMountCanBeAttachedAndDetached() throws IOException {
    try (FileSystemContext context = FileSystemContext.open("tmpfs");
        FileDescriptor mount = context.mount(EnumSet.noneOf(MountAttribute.class))) {
      MountTree.attach(mount, directory);
      Files.writeString(directory.resolve("file"), "content");
      MountTree.detach(directory);
    }
    assertThat(directory).isEmptyDirectory();
  }

  @Test
  void aRefusedOptionCarriesTheKernelsOwnWords() throws IOException {
    try (FileSystemContext context = FileSystemContext.open("tmpfs")) {
      assertThatThrownBy(() -> context.set("nonsense", "1"))
          .isInstanceOf(LinuxException.class)
          .hasMessageContaining("nonsense")
          .hasMessageContaining("Unknown parameter");
    }
  }
}
