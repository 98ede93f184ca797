/** What the flags of a command say about a container, as the JSON of a request. */
@NullMarked
package dev.gantry.cli.request;

import org.jspecify.annotations.NullMarked;
