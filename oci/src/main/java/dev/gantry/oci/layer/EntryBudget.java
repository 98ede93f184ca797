package dev.gantry.oci.layer;

/** Counts what an archive takes, directories that it merely implies included. */
final class EntryBudget {
  private final LayerLimits limits;
  private long entries;
  private long contentBytes;

  EntryBudget(LayerLimits limits) {
    this.limits = limits;
  }

  void takeEntry(String name) throws HostileArchiveException {
    entries++;
    if (entries > limits.entriesMax()) {
      throw new HostileArchiveException(name, "more than " + limits.entriesMax() + " entries");
    }
  }

  void takeContent(String name, long bytes) throws HostileArchiveException {
    if (bytes > limits.unpackedBytesMax() - contentBytes) {
      String why = "files of more than " + limits.unpackedBytesMax() + " bytes";
      throw new HostileArchiveException(name, why);
    }
    contentBytes += bytes;
  }

  long entries() {
    return entries;
  }

  long contentBytes() {
    return contentBytes;
  }
}
