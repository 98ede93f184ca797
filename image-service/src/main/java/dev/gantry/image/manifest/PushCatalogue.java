package dev.gantry.image.manifest;

import dev.gantry.events.Topics;
import dev.gantry.image.manifest.ManifestDocument.Target;
import dev.gantry.image.outbox.OutboxRepository.Fact;
import dev.gantry.image.repository.RepositoryName;
import dev.gantry.image.tag.TagName;
import dev.gantry.image.tag.TagRepository;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The catalogue as a push needs it, in few round trips. Belongs to one transaction. */
final class PushCatalogue {
  private static final String LOCK =
      "select id, event_sequence from repository where name = ? for update";

  private static final String MANIFEST =
      """
      select m.media_type, m.image_bytes from manifest m
        join repository r on r.id = m.repository_id where r.name = ? and m.digest = ?""";

  private static final String TAGS =
      """
      select t.name, t.digest from tag t
        join repository r on r.id = t.repository_id where r.name = ? and t.name = any(?)""";

  private static final String BLOBS =
      """
      select b.digest, b.size_bytes, b.size_bytes from blob_link b
        join repository r on r.id = b.repository_id where r.name = ? and b.digest = any(?)""";

  private static final String MANIFESTS =
      """
      select m.digest, octet_length(m.content), m.image_bytes from manifest m
        join repository r on r.id = m.repository_id where r.name = ? and m.digest = any(?)""";

  private static final String INSERT_MANIFEST =
      """
      insert into manifest (repository_id, digest, media_type, artifact_type, subject, platforms,
          content, image_bytes, pushed_at)
        values (?, ?, ?, nullif(?, ''), nullif(?, ''), ?, ?, ?, ?)""";

  private static final String INSERT_REFERENCES =
      """
      insert into manifest_reference (manifest_id, kind, digest)
        select m.id, t.kind, t.digest from manifest m, unnest(?, ?) as t(kind, digest)
          where m.repository_id = ? and m.digest = ?""";

  private static final String MOVE_TAGS =
      """
      insert into tag (repository_id, name, digest, tagged_at)
        select ?, t.name, ?, ?::timestamptz from unnest(?) as t(name)
        on conflict (repository_id, name)
          do update set digest = excluded.digest, tagged_at = excluded.tagged_at""";

  private static final String REMEMBER_MOVES =
      """
      insert into tag_history (repository_id, name, digest, previous_digest, changed_at, actor)
        select ?, t.name, ?, nullif(t.previous, ''), ?::timestamptz, nullif(?, '')
          from unnest(?, ?) as t(name, previous)""";

  private static final String FORGET_MOVES =
      """
      delete from tag_history h using unnest(?) as t(name)
        where h.repository_id = ? and h.name = t.name and h.id <= (select o.id from tag_history o
          where o.repository_id = ? and o.name = t.name order by o.id desc offset ? limit 1)""";

  private static final String INSERT_FACTS =
      """
      insert into outbox (topic, key, event_id, value)
        select ?, ?, t.id, t.value from unnest(?, ?) with ordinality as t(id, value, n) order by n""";

  private static final String COUNT_FACTS =
      "update repository set event_sequence = event_sequence + ? where id = ?";

  private final Connection connection;

  PushCatalogue(Connection connection) {
    this.connection = connection;
  }

  /** Locks the repository until the transaction ends; empty when there is none. */
  Optional<Standing> look(RepositoryName name, ManifestDocument document, Collection<TagName> tags)
      throws SQLException {
    Look look = new Look(name.value());
    PushStatements statements = new PushStatements(connection);
    statements.add(LOCK, name.value());
    statements.add(MANIFEST, name.value(), document.digest().toString());
    find(statements, TAGS, name, tags.stream().map(TagName::value).toList());
    find(statements, BLOBS, name, digests(document, Target.Blob.class));
    find(statements, MANIFESTS, name, digests(document, Target.Manifest.class));
    statements.query(look);
    return Optional.ofNullable(look.standing());
  }

  private static void find(
      PushStatements statements, String query, RepositoryName name, List<String> wanted)
      throws SQLException {
    if (!wanted.isEmpty()) {
      statements.add(query, name.value(), statements.texts(wanted));
    }
  }

  private static List<String> digests(ManifestDocument document, Class<? extends Target> kind) {
    return document.targets().stream()
        .filter(kind::isInstance)
        .map(Target::digest)
        .distinct()
        .toList();
  }

  /** Puts the answers together. */
  private static final class Look implements PushStatements.Rows {
    private final String name;
    private @Nullable Long id;
    private long eventSequence;
    private Standing.@Nullable Known manifest;
    private final Map<String, String> tags = new HashMap<>();
    private final Map<String, Standing.Present> targets = new HashMap<>();

    Look(String name) {
      this.name = name;
    }

    @Override
    public void next(String query, ResultSet row) throws SQLException {
      switch (query) {
        case LOCK -> {
          id = row.getLong(1);
          eventSequence = row.getLong(2);
        }
        case MANIFEST -> manifest = new Standing.Known(row.getString(1), row.getLong(2));
        case TAGS -> tags.put(row.getString(1), row.getString(2));
        default ->
            targets.put(row.getString(1), new Standing.Present(row.getLong(2), row.getLong(3)));
      }
    }

    @Nullable Standing standing() {
      return id == null ? null : new Standing(id, name, eventSequence, manifest, tags, targets);
    }
  }

  /** Begins to write: what is added leaves with the facts, together. */
  Writing write(Standing standing, Instant now) {
    return new Writing(standing, now);
  }

  /** Changes under the repository's lock. */
  final class Writing {
    private final PushStatements statements = new PushStatements(connection);
    private final Standing standing;
    private final OffsetDateTime now;

    private Writing(Standing standing, Instant now) {
      this.standing = standing;
      this.now = now.atOffset(ZoneOffset.UTC);
    }

    /** Adds a manifest that is not there, and what it refers to. */
    void manifest(ManifestDocument document, List<String> platforms, long imageBytes)
        throws SQLException {
      String digest = document.digest().toString();
      statements.add(
          INSERT_MANIFEST,
          standing.id(),
          digest,
          document.mediaType(),
          document.artifactType().orElse(""),
          document.subject().map(Object::toString).orElse(""),
          statements.texts(platforms),
          document.content(),
          imageBytes,
          now);
      List<Target> targets = document.targets().stream().distinct().toList();
      statements.add(
          INSERT_REFERENCES,
          statements.texts(targets.stream().map(PushCatalogue::kind).toList()),
          statements.texts(targets.stream().map(Target::digest).toList()),
          standing.id(),
          digest);
    }

    /** Points tags to a manifest that they do not point to. */
    void tags(String digest, List<String> names, @Nullable String actor) throws SQLException {
      List<String> previous =
          names.stream().map(name -> standing.tags().getOrDefault(name, "")).toList();
      statements.add(MOVE_TAGS, standing.id(), digest, now, statements.texts(names));
      statements.add(
          REMEMBER_MOVES,
          standing.id(),
          digest,
          now,
          actor == null ? "" : actor,
          statements.texts(names),
          statements.texts(previous));
      // A new tag has nothing to forget, and most are.
      List<String> known = names.stream().filter(standing.tags()::containsKey).toList();
      if (!known.isEmpty()) {
        statements.add(
            FORGET_MOVES,
            statements.texts(known),
            standing.id(),
            standing.id(),
            TagRepository.HISTORY_MAX);
      }
    }

    /** Adds the facts that tell of it, the next of the repository, and writes it all. */
    void facts(List<Fact> facts) throws SQLException {
      List<String> ids = new ArrayList<>();
      List<byte[]> values = new ArrayList<>();
      for (Fact fact : facts) {
        ids.add(fact.id());
        values.add(fact.value());
      }
      statements
          .add(
              INSERT_FACTS,
              Topics.IMAGE_EVENTS,
              standing.name(),
              statements.texts(ids),
              statements.bytes(values))
          .add(COUNT_FACTS, facts.size(), standing.id())
          .update();
    }
  }

  private static String kind(Target target) {
    return switch (target) {
      case Target.Blob blob -> "blob";
      case Target.Manifest manifest -> "manifest";
    };
  }
}
