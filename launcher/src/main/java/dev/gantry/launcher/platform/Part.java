package dev.gantry.launcher.platform;

import dev.gantry.launcher.settings.Port;

/** The services: what they are called, where they listen, how much heap they get. */
enum Part {
  IMAGE("image-service", "image", Port.IMAGE, 160),
  BUILD("build-service", "build", Port.BUILD, 192),
  RUN("run-service", "run", Port.RUN, 192),
  DASHBOARD("dashboard", "dashboard", Port.DASHBOARD, 160);

  private final String service;
  private final String database;
  private final Port port;
  private final int heapMebibytes;

  Part(String service, String database, Port port, int heapMebibytes) {
    this.service = service;
    this.database = database;
    this.port = port;
    this.heapMebibytes = heapMebibytes;
  }

  /** Its module's and its directory's name. */
  String service() {
    return service;
  }

  String database() {
    return database;
  }

  Port port() {
    return port;
  }

  int heapMebibytes() {
    return heapMebibytes;
  }
}
