// Against a server that .ci/typescript has started: SERVER, ADMIN_KEY.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { connect, DirectoryError, follow, type Directory, type DirectoryGroup, type DirectoryUser, type PositionStore } from '../src/index.js';

const server = process.env['SERVER']!;
const admin = connect(server, process.env['ADMIN_KEY']!);

/** A connection that is enabled, a client with a key of the scope app, and SCIM as the identity provider sends it. */
async function start(): Promise<{ id: string; app: Directory; scim: (method: string, path: string, body?: object) => Promise<{ id: string }> }> {
    const { data: connection } = await admin.POST('/api/v1/connections', { body: { name: 'TypeScript' } });
    const id = connection!.id;
    const { data: token } = await admin.POST('/api/v1/connections/{id}/tokens', { params: { path: { id } }, body: {} });
    await admin.POST('/api/v1/connections/{id}/enable', { params: { path: { id } }, body: {} });
    const { data: key } = await admin.POST('/api/v1/admin-keys', { body: { label: 'TypeScript', scope: 'app' } });
    const scim = async (method: string, path: string, body?: object) => {
        const response = await fetch(token!.tenantUrl + path, {
            method,
            headers: { Authorization: `Bearer ${token!.token}`, 'Content-Type': 'application/scim+json' },
            body: body === undefined ? null : JSON.stringify(body),
        });
        assert.ok(response.ok, `${method} ${path}: ${response.status}`);
        return response.status === 204 ? { id: '' } : ((await response.json()) as { id: string });
    };
    return { id, app: connect(server, key!.key), scim };
}

/** An app without a database: its users, and how far it has followed. */
class Memory implements PositionStore<Map<string, DirectoryUser>> {
    readonly users = new Map<string, DirectoryUser>();
    readonly types: string[] = [];
    position: string | null = null;

    async read(): Promise<string | null> {
        return this.position;
    }

    async advance(expected: string | null, next: string | null, handle: (users: Map<string, DirectoryUser>) => Promise<void>): Promise<boolean> {
        if (this.position !== expected)
            return false;
        await handle(this.users);
        this.position = next;
        return true;
    }

    readonly handle = {
        event: async (users: Map<string, DirectoryUser>, event: Parameters<Parameters<typeof follow>[2]['event']>[1]) => {
            this.types.push(event.type);
            switch (event.type) {
                case 'directory.user.created':
                case 'directory.user.updated':
                case 'directory.user.deactivated':
                case 'directory.user.reactivated':
                case 'directory.user.deleted': {
                    const own = users.get(event.data.user.id);
                    if (own === undefined ? event.data.user.status === 'active' : own.version <= event.data.user.version)
                        users.set(event.data.user.id, event.data.user);
                }
            }
        },
        load: async (users: Map<string, DirectoryUser>, loaded: DirectoryUser[]) => {
            for (const user of loaded)
                users.set(user.id, user);
        },
        loaded: async (users: Map<string, DirectoryUser>, ids: Set<string>) => {
            for (const id of users.keys())
                if (!ids.has(id))
                    users.delete(id);
        },
    };

    named(userName: string): DirectoryUser | undefined {
        return [...this.users.values()].find((user) => user.userName === userName);
    }
}

async function until(condition: () => boolean, what: string): Promise<void> {
    for (let i = 0; !condition(); i++) {
        assert.ok(i < 3000, what);
        await new Promise((resolve) => setTimeout(resolve, 20));
    }
}

test('users come, change and leave in an app that follows', async () => {
    const { id, app, scim } = await start();
    const before = await scim('POST', '/Users', { userName: 'before' });
    await new Promise((resolve) => setTimeout(resolve, 1000));
    const memory = new Memory();
    const stop = new AbortController();
    const following = follow(app, memory, memory.handle, { connectionId: id, signal: stop.signal });
    await until(() => memory.named('before')?.status === 'active', 'who was there before');

    const ella = await scim('POST', '/Users', { userName: 'ella', displayName: 'Ella' });
    await until(() => memory.named('ella')?.displayName === 'Ella', 'who comes');
    await scim('PATCH', `/Users/${ella.id}`, { Operations: [{ op: 'replace', path: 'displayName', value: 'Ella Berg' }] });
    await until(() => memory.named('ella')?.displayName === 'Ella Berg', 'who changes');
    await scim('PATCH', `/Users/${ella.id}`, { Operations: [{ op: 'replace', path: 'active', value: false }] });
    await until(() => memory.named('ella')?.status === 'inactive', 'who may not sign in');
    await scim('DELETE', `/Users/${before.id}`);
    await until(() => memory.named('before')?.status === 'deleted', 'who leaves');

    stop.abort();
    await following;
});

test('with a position that has expired everybody is loaded anew', async () => {
    const { id, app, scim } = await start();
    await scim('POST', '/Users', { userName: 'ella' });
    const memory = new Memory();
    memory.position = '99-1';
    memory.users.set('gone', { id: 'gone' } as DirectoryUser);
    const stop = new AbortController();
    const following = follow(app, memory, memory.handle, { connectionId: id, signal: stop.signal });

    await until(() => memory.named('ella') !== undefined && !memory.users.has('gone'), 'the load');

    stop.abort();
    await following;
});

test('groups and their members are loaded too, and those that are gone are known', async (t) => {
    const { id, app, scim } = await start();
    const [ella, max] = [await scim('POST', '/Users', { userName: 'ella' }), await scim('POST', '/Users', { userName: 'max' })];
    const group = await scim('POST', '/Groups', { displayName: 'Design', members: [{ value: ella.id }, { value: max.id }] });
    const released = async () => {
        const { data } = await app.GET('/api/v1/groups', { params: { query: { connectionId: id } } });
        return (data!.data as { memberCount: number }[])[0]?.memberCount === 2;
    };
    for (let i = 0; !(await released()); i++) {
        assert.ok(i < 3000, 'the release');
        await new Promise((resolve) => setTimeout(resolve, 20));
    }
    const memory = new Memory();
    const groups = new Map<string, Set<string>>([['gone', new Set()]]);
    const stop = new AbortController();
    t.after(() => stop.abort());
    const handle = {
        ...memory.handle,
        loadGroup: async (_: unknown, loaded: DirectoryGroup, members: Set<string>) => void groups.set(loaded.id, members),
        loaded: async (_: unknown, ids: Set<string>) => [...groups.keys()].forEach((key) => ids.has(key) || groups.delete(key)),
    };
    const following = follow(app, memory, handle, { connectionId: id, signal: stop.signal });
    await until(() => memory.position !== null, 'the load');

    const people = [...memory.users.keys()].sort();
    assert.deepEqual([...groups].map(([key, members]) => [key, [...members].sort()]), [[group.id, people]]);
    assert.equal(people.length, 2);

    stop.abort();
    await following;
});

test('what fails is tried again', async () => {
    const { id, app, scim } = await start();
    const memory = new Memory();
    const failures: unknown[] = [];
    const stop = new AbortController();
    let fails = true;
    const handle = {
        ...memory.handle,
        event: async (...args: Parameters<typeof memory.handle.event>) => {
            if (fails)
                throw new Error('The database is away.');
            await memory.handle.event(...args);
        },
    };
    const following = follow(app, memory, handle, {
        connectionId: id,
        signal: stop.signal,
        longestRetry: 0.05,
        onFailure: (error) => failures.push(error),
    });
    await until(() => memory.position !== null, 'the load');
    await scim('POST', '/Users', { userName: 'ella' });
    await until(() => failures.length > 2, 'failures');
    fails = false;
    await until(() => memory.named('ella') !== undefined, 'the event');
    assert.deepEqual(memory.types.filter((type) => type.startsWith('directory.user')), ['directory.user.created']);

    stop.abort();
    await following;
});

test('a load whose position is not told is an error, and is tried again', async () => {
    const { app } = await start();
    const memory = new Memory();
    const failures: unknown[] = [];
    const stop = new AbortController();
    app.use({
        onResponse: ({ response }) => {
            const headers = new Headers(response.headers);
            headers.delete('Events-Position');
            return new Response(response.body, { status: response.status, headers });
        },
    });
    const following = follow(app, memory, memory.handle, {
        signal: stop.signal,
        longestRetry: 0.05,
        onFailure: (error) => failures.push(error),
    });

    await until(() => failures.length > 2, 'failures');
    assert.match(String(failures[0]), /Events-Position/);
    assert.deepEqual([memory.position, memory.users.size], [null, 0]);

    stop.abort();
    await following;
});

test('an error tells what to change', async () => {
    const { app } = await start();
    await assert.rejects(
        app.GET('/api/v1/users', { params: { query: { status: 'gone' } } }),
        (error) => error instanceof DirectoryError && error.status === 400 && error.code === 'validation_failed' && error.requestId !== undefined,
    );
});
