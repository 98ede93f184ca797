package dev.gantry.run.request;

import dev.gantry.run.lifecycle.Rank;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.QueryParam;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a list of runs is asked for with; lists of values are separated by commas. */
public final class ListParameters {
  @QueryParam("state")
  public @Nullable String state;

  @QueryParam("name")
  public @Nullable String name;

  @QueryParam("image")
  public @Nullable String image;

  @QueryParam("network")
  public @Nullable String network;

  @QueryParam("volume")
  public @Nullable String volume;

  @QueryParam("health")
  public @Nullable String health;

  @QueryParam("label")
  public List<String> labels = List.of();

  @QueryParam("all")
  @DefaultValue("false")
  public boolean all;

  @QueryParam("limit")
  @DefaultValue("100")
  public int limit;

  @QueryParam("cursor")
  public @Nullable String cursor;

  RunQuery query() {
    Map<RunFilter.Field, Set<String>> values = new EnumMap<>(RunFilter.Field.class);
    fields().forEach((field, text) -> values.put(field, RunFilter.list(text)));
    return RunQuery.of(new RunFilter(values, labels, all), limit, cursor);
  }

  /** The same list behind this run. */
  String next(Rank last) {
    StringBuilder next = new StringBuilder("/v1/runs?limit=" + limit + "&cursor=" + encode(last));
    next.append(all ? "&all=true" : "");
    fields()
        .forEach(
            (field, text) ->
                next.append('&').append(field.parameter()).append('=').append(encode(text)));
    labels.forEach(label -> next.append("&label=").append(encode(label)));
    return next.toString();
  }

  private Map<RunFilter.Field, String> fields() {
    Map<RunFilter.Field, String> fields = new EnumMap<>(RunFilter.Field.class);
    put(fields, RunFilter.Field.STATE, state);
    put(fields, RunFilter.Field.NAME, name);
    put(fields, RunFilter.Field.IMAGE, image);
    put(fields, RunFilter.Field.NETWORK, network);
    put(fields, RunFilter.Field.VOLUME, volume);
    put(fields, RunFilter.Field.HEALTH, health);
    return fields;
  }

  private static void put(
      Map<RunFilter.Field, String> fields, RunFilter.Field field, @Nullable String text) {
    if (text != null && !text.isBlank()) {
      fields.put(field, text);
    }
  }

  private static String encode(Object text) {
    return URLEncoder.encode(text.toString(), StandardCharsets.UTF_8);
  }
}
