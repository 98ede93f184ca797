package dev.gantry.linux.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FirewallIT {
  private final String table = "gantry_firewall_test_" + ProcessHandle.current().pid();
  private Firewall firewall;

  @BeforeEach
  void open() throws FirewallException {
    firewall = Firewall.open();
  }

  @AfterEach
  void delete() throws FirewallException {
    firewall.run("add table ip " + table + "\ndelete table ip " + table);
    firewall.close();
  }

  @Test
  void whatWasAddedIsListed() throws FirewallException {
    firewall.run("add table ip " + table + "\nadd chain ip " + table + " empty");
    assertThat(firewall.list("list table ip " + table)).contains("\"name\": \"empty\"");
  }

  @Test
  void oneBadCommandUndoesAll() {
    assertThatThrownBy(
            () ->
                firewall.run("add table ip " + table + "\nadd rule ip " + table + " nowhere drop"))
        .isInstanceOf(FirewallException.class);
    assertThatThrownBy(() -> firewall.list("list table ip " + table))
        .isInstanceOf(FirewallException.class);
  }

  @Test
  void aRefusalSaysWhy() {
    assertThatThrownBy(() -> firewall.run("nonsense"))
        .isInstanceOf(FirewallException.class)
        .hasMessageContaining("syntax error");
  }
}
