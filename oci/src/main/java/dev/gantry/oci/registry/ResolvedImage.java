package dev.gantry.oci.registry;

import dev.gantry.oci.image.ImageConfig;
import dev.gantry.oci.image.ImageManifest;

/** An image for one platform: its manifest and its config; the layers are named there. */
public record ResolvedImage(ImageManifest manifest, ImageConfig config) {}
