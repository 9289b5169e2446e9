import { DirectoryError, type Directory } from './directory.js';
import type { DirectoryEvent, DirectoryGroup, DirectoryUser } from './types.js';

/**
 * Where an app keeps how far it has followed: in the database, and in the transaction, of what it makes of the events. Then no event is
 * lost and none has its effect twice, whatever is killed when.
 */
export interface PositionStore<Transaction> {
    /** The position up to which events were handled; null: nothing was loaded yet. */
    read(): Promise<string | null>;
    /**
     * Compares and sets, in one transaction: if the position is `expected`, sets it to `next` and runs `handle`. When that throws, nothing
     * is kept.
     * @returns false: the position was another one, and nothing was done.
     */
    advance(expected: string | null, next: string | null, handle: (transaction: Transaction) => Promise<void>): Promise<boolean>;
}

/**
 * What the app makes of what it is told.
 * @property event An event of the feed.
 * @property load The people of a first load, in parts. A person who is in no part is not there any more.
 * @property loadGroup A group of a first load, with the ids of all people in it. Without it, no groups are loaded.
 * @property loaded The first load has ended; with the ids of all people and groups that were in it.
 */
export interface Handle<Transaction> {
    event(transaction: Transaction, event: DirectoryEvent): Promise<void>;
    load(transaction: Transaction, users: DirectoryUser[]): Promise<void>;
    loadGroup?(transaction: Transaction, group: DirectoryGroup, members: Set<string>): Promise<void>;
    loaded?(transaction: Transaction, ids: Set<string>): Promise<void>;
}

export interface FollowOptions {
    /** Only what is of this connection. */
    connectionId?: string;
    /** Ends it. */
    signal?: AbortSignal;
    /** Most events of one transaction. */
    pageSize?: number;
    /** Most seconds between two tries when something fails: the first is after one, each later one after twice as long. */
    longestRetry?: number;
    /** Is told of what fails. */
    onFailure?: (error: unknown, seconds: number) => void;
}

/**
 * Follows the events of a directory until the signal ends it. Without a position, or with one that has expired, everything is loaded first.
 * Whatever fails is tried again.
 */
export async function follow<Transaction>(
    directory: Directory,
    store: PositionStore<Transaction>,
    handle: Handle<Transaction>,
    options: FollowOptions = {},
): Promise<void> {
    const signal = options.signal ?? new AbortController().signal;
    for (let failures = 0; !signal.aborted; )
        try {
            await step(directory, store, handle, options, failures === 0 ? (options.pageSize ?? 100) : 1);
            failures = 0;
        } catch (error) {
            if (signal.aborted)
                return;
            const backoff = Math.min(2 ** failures++, options.longestRetry ?? 60);
            const seconds = Math.max(backoff, (error instanceof DirectoryError && error.retryAfter) || 0);
            options.onFailure?.(error, seconds);
            await pause(seconds, signal);
        }
}

async function step<Transaction>(
    directory: Directory,
    store: PositionStore<Transaction>,
    handle: Handle<Transaction>,
    { connectionId, signal }: FollowOptions,
    limit: number,
): Promise<void> {
    const position = await store.read();
    if (position === null)
        return load(directory, store, handle, connectionId, null, signal);

    const began = Date.now();
    try {
        const { data } = await directory.GET('/api/v1/events', {
            params: { query: { after: position, limit, connectionId, wait: 20 } },
            signal,
        });
        const page = data!;
        // Something else that answers in the server's place must not make anybody forget the position.
        if (typeof page.next !== 'string')
            throw new Error("The server's answer is no page of events.");
        if (page.next !== position)
            await store.advance(position, page.next, async (transaction) => {
                for (const event of page.data)
                    await handle.event(transaction, event as DirectoryEvent);
            });
        // A server with too many who wait answers at once.
        if (page.data.length === 0 && page.caughtUp && Date.now() - began < 1000)
            await pause(5, signal);
    } catch (error) {
        if (!(error instanceof DirectoryError && error.code === 'position_expired'))
            throw error;
        await load(directory, store, handle, connectionId, position, signal);
    }
}

/** Reads everything. What changes meanwhile is in the events after the position that the first page tells. */
async function load<Transaction>(
    directory: Directory,
    store: PositionStore<Transaction>,
    handle: Handle<Transaction>,
    connectionId: string | undefined,
    expected: string | null,
    signal: AbortSignal | undefined,
): Promise<void> {
    const ids = new Set<string>();
    let position: string | null = null;
    let after: string | undefined;
    do {
        const { data, response } = await directory.GET('/api/v1/users', { params: { query: { connectionId, limit: 200, after } }, signal });
        position ??= response.headers.get('Events-Position');
        // Without it, the load would have no end, and would begin again.
        if (position === null)
            throw new Error('The server does not tell Events-Position.');
        const users = data!.data as DirectoryUser[];
        for (const user of users)
            ids.add(user.id);
        // Another follower has ended its load.
        if (!(await store.advance(expected, expected, (transaction) => handle.load(transaction, users))))
            return;
        after = data!.next ?? undefined;
    } while (after !== undefined);
    if (handle.loadGroup !== undefined)
        for await (const group of groupsOf(directory, connectionId, signal)) {
            const members = await membersOf(directory, group.id, signal);
            ids.add(group.id);
            if (!(await store.advance(expected, expected, (transaction) => handle.loadGroup!(transaction, group, members))))
                return;
        }
    await store.advance(expected, position, async (transaction) => handle.loaded?.(transaction, ids));
}

async function* groupsOf(directory: Directory, connectionId: string | undefined, signal: AbortSignal | undefined): AsyncGenerator<DirectoryGroup> {
    let after: string | undefined;
    do {
        const { data } = await directory.GET('/api/v1/groups', { params: { query: { connectionId, limit: 200, after } }, signal });
        yield* data!.data as DirectoryGroup[];
        after = data!.next ?? undefined;
    } while (after !== undefined);
}

/** The ids of the people in it; of a group that was deleted meanwhile none, since the feed tells it. */
async function membersOf(directory: Directory, id: string, signal: AbortSignal | undefined): Promise<Set<string>> {
    const members = new Set<string>();
    let after: string | undefined;
    try {
        do {
            const { data } = await directory.GET('/api/v1/groups/{id}/members', {
                params: { path: { id }, query: { limit: 200, after } },
                signal,
            });
            for (const member of data!.data as { type: string; id: string }[])
                if (member.type === 'user')
                    members.add(member.id);
            after = data!.next ?? undefined;
        } while (after !== undefined);
    } catch (error) {
        if (!(error instanceof DirectoryError && error.status === 404))
            throw error;
    }
    return members;
}

function pause(seconds: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
        const done = () => {
            clearTimeout(timer);
            signal?.removeEventListener('abort', done);
            resolve();
        };
        const timer = setTimeout(done, seconds * 1000);
        signal?.addEventListener('abort', done);
    });
}
