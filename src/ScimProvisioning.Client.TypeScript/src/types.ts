import type { components, webhooks } from './schema.js';

/** A person as the app sees him. */
export type DirectoryUser = components['schemas']['DirectoryUser'];

/** A group as the app sees it. */
export type DirectoryGroup = components['schemas']['DirectoryGroup'];

/**
 * What the app is told, by the feed or by a webhook. `type` says what `data` holds: after `switch (event.type)` the compiler knows it too.
 * A newer server may send other types: leave those alone.
 */
export type DirectoryEvent = { [Type in keyof webhooks]: webhooks[Type]['post']['requestBody']['content']['application/json'] }[keyof webhooks];
