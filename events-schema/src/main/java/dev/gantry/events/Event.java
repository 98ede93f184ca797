package dev.gantry.events;

/**
 * What travels over the bus: a fact (something that happened, never refused) or a request
 * (something that is wanted, answered by facts). The CloudEvents type of a record follows from its
 * place in this hierarchy, see {@link EventType}.
 */
public sealed interface Event
    permits BuildEvent, ImageEvent, RunEvent, HostEvent, StoreEvent, BuildRequest, RunRequest {}
