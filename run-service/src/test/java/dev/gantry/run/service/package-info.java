/** The packaged service as a process, with a real Kafka, PostgreSQL, registry and kernel. */
@NullMarked
package dev.gantry.run.service;

import org.jspecify.annotations.NullMarked;
