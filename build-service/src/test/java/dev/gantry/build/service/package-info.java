/** The packaged service as a process, with a real Kafka, PostgreSQL, registry and kernel. */
@NullMarked
package dev.gantry.build.service;

import org.jspecify.annotations.NullMarked;
