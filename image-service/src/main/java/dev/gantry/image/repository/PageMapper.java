package dev.gantry.image.repository;

import jakarta.ws.rs.core.Response;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Lists as responses, with a link to what follows. */
public final class PageMapper {
  private PageMapper() {}

  /**
   * The response for one page.
   *
   * @param items one more than the page holds, if there are more
   * @param field the name of the list in the answer
   * @param more other fields of the answer
   */
  public static Response response(
      String path, Page page, List<String> items, String field, Map<String, String> more) {
    List<String> shown = items.stream().limit(page.size()).toList();
    Map<String, Object> body = new HashMap<>(more);
    body.put(field, shown);
    Response.ResponseBuilder response = Response.ok(body);
    if (items.size() > shown.size() && !shown.isEmpty()) {
      String last = URLEncoder.encode(shown.getLast(), StandardCharsets.UTF_8);
      response.header(
          "Link", "<" + path + "?n=" + page.size() + "&last=" + last + ">; rel=\"next\"");
    }
    return response.build();
  }
}
