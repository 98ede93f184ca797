package dev.gantry.cli.image;

import dev.gantry.cli.http.ApiException;
import dev.gantry.oci.reference.Reference;

/** An image of this platform as people name it: {@code NAME[:TAG|@DIGEST]}. */
record ImageName(String repository, String reference) {
  /** A name that is another registry's, or none, is refused. */
  static ImageName parse(String text) throws ApiException {
    try {
      Reference reference = Reference.parse(text);
      if (reference.registry().isPresent()) {
        throw new ApiException(0, "a name here is NAME[:TAG], not " + text);
      }
      return new ImageName(reference.repository(), reference.manifestReference());
    } catch (IllegalArgumentException e) {
      throw new ApiException(0, String.valueOf(e.getMessage()));
    }
  }

  /** Where the service has it. */
  String path() {
    return "/v1/images/" + repository + "/manifests/" + reference;
  }

  /** The tag that it names; a digest is refused. */
  String tag() throws ApiException {
    if (reference.indexOf(':') >= 0) {
      throw new ApiException(0, "a tag, please: " + repository + "@" + reference + " is a digest");
    }
    return reference;
  }

  /** Where the service has the tag. */
  String tagPath() throws ApiException {
    return "/v1/images/" + repository + "/tags/" + tag();
  }
}
