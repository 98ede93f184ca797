package dev.gantry.build.dockerfile;

/**
 * A here-document of a RUN or COPY instruction.
 *
 * @param name its delimiter, without quotes
 * @param content its lines, each with its line feed; leading tabs are gone where {@code chomp}
 * @param expand whether variables in it are expanded (the delimiter was not quoted)
 * @param chomp whether it was written with {@code <<-}
 * @param descriptor the digits before {@code <<}, or empty
 */
public record Heredoc(
    String name, String content, boolean expand, boolean chomp, String descriptor) {}
