package dev.gantry.cli.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gantry.cli.http.ServerSentEvents.ServerSentEvent;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ServerSentEventsTest {
  @Test
  void anEventHasIdNameAndData() throws Exception {
    assertThat(first("id: 7\nevent: end\ndata: {\"a\":1}\n\n"))
        .isEqualTo(new ServerSentEvent("7", "end", "{\"a\":1}"));
  }

  @Test
  void dataOfSeveralLinesIsJoined() throws Exception {
    assertThat(first("data: a\ndata: b\n\n").data()).isEqualTo("a\nb");
  }

  @Test
  void commentsAndEmptyEventsAreSkipped() throws Exception {
    assertThat(first(": still here\n\nevent: nothing\n\ndata: x\n\n"))
        .isEqualTo(new ServerSentEvent("", "message", "x"));
  }

  @Test
  void anEventThatIsNotCompleteIsNone() throws Exception {
    assertThat(events("data: half\n").next()).isEmpty();
  }

  private static ServerSentEvent first(String stream) throws Exception {
    return events(stream).next().orElseThrow();
  }

  private static ServerSentEvents events(String stream) {
    return new ServerSentEvents(new ByteArrayInputStream(stream.getBytes(StandardCharsets.UTF_8)));
  }
}
