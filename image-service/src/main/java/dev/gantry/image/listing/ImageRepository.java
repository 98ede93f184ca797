package dev.gantry.image.listing;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.persistence.Tuple;
import jakarta.transaction.Transactional;
import java.time.Instant;
import java.util.List;

/** Tagged images, newest first. */
@ApplicationScoped
public class ImageRepository {
  private static final String QUERY =
      "select r.name as repository, t.name as tag, t.digest as digest, t.id as id,"
          + " t.taggedAt as taggedAt, m.mediaType as mediaType, m.imageBytes as bytes,"
          + " m.platforms as platforms"
          + " from TagEntity t join RepositoryEntity r on r.id = t.repositoryId"
          + " join ManifestEntity m on m.repositoryId = t.repositoryId and m.digest = t.digest"
          + " where (:repository = '' or r.name = :repository)"
          + " and (t.taggedAt < :time or (t.taggedAt = :time and t.id < :id))"
          + " order by t.taggedAt desc, t.id desc";

  private final EntityManager entities;

  ImageRepository(EntityManager entities) {
    this.entities = entities;
  }

  /** An item and where the list goes on after it. */
  record Row(ImageItem item, Cursor cursor) {}

  /** At most so many images after the cursor; of all repositories when the name is empty. */
  @Transactional
  List<Row> images(String repository, Cursor after, int limit) {
    return entities
        .createQuery(QUERY, Tuple.class)
        .setParameter("repository", repository)
        .setParameter("time", after.taggedAt())
        .setParameter("id", after.id())
        .setMaxResults(limit)
        .getResultStream()
        .map(ImageRepository::row)
        .toList();
  }

  private static Row row(Tuple row) {
    Instant taggedAt = row.get("taggedAt", Instant.class);
    String platforms = String.join(",", row.get("platforms", String[].class));
    ImageItem item =
        new ImageItem(
            row.get("repository", String.class),
            row.get("tag", String.class),
            row.get("digest", String.class),
            row.get("mediaType", String.class),
            row.get("bytes", Long.class),
            taggedAt,
            platforms.isEmpty() ? null : platforms);
    return new Row(item, new Cursor(taggedAt, row.get("id", Long.class)));
  }
}
