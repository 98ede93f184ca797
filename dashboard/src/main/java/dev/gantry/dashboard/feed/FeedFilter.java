package dev.gantry.dashboard.feed;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Which events a client wants: those that match every kind of condition that it named. A condition
 * that ends with {@code *} matches what begins like it.
 */
record FeedFilter(List<String> topics, List<String> subjects, List<String> types) {
  FeedFilter {
    topics = List.copyOf(topics);
    subjects = List.copyOf(subjects);
    types = List.copyOf(types);
  }

  boolean matches(FeedItem item) {
    String subject = item.subject();
    return matches(topics, item.topic())
        && matches(types, item.type())
        && matches(subjects, subject == null ? "" : subject);
  }

  /** The conditions as they are asked for over HTTP, each with a leading {@code &}. */
  String query() {
    StringBuilder query = new StringBuilder();
    topics.forEach(topic -> query.append("&topic=").append(encoded(topic)));
    subjects.forEach(subject -> query.append("&subject=").append(encoded(subject)));
    types.forEach(type -> query.append("&type=").append(encoded(type)));
    return query.toString();
  }

  private static String encoded(String value) {
    return URLEncoder.encode(value, StandardCharsets.UTF_8);
  }

  private static boolean matches(List<String> wanted, String value) {
    return wanted.isEmpty() || wanted.stream().anyMatch(pattern -> matches(pattern, value));
  }

  private static boolean matches(String pattern, String value) {
    return pattern.endsWith("*")
        ? value.startsWith(pattern.substring(0, pattern.length() - 1))
        : value.equals(pattern);
  }
}
