/** What runs may ask of this host that most hosts refuse. */
@NullMarked
package dev.gantry.run.permission;

import org.jspecify.annotations.NullMarked;
