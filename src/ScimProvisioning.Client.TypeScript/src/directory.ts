import createClient, { type Client, type Middleware } from 'openapi-fetch';
import type { paths } from './schema.js';

/** Every call of the server, typed by its OpenAPI document. A call that the server refuses throws a DirectoryError. */
export type Directory = Client<paths>;

/** The server has refused a request, or could not answer it. */
export class DirectoryError extends Error {
    /**
     * @param status The HTTP status.
     * @param code What is wrong, for programs; `http_502` and the like when the answer is a proxy's.
     * @param detail What is wrong, for people, and what to change.
     * @param requestId What the operator finds the request by.
     * @param retryAfter Seconds for which the server wants to be left alone.
     */
    constructor(
        readonly status: number,
        readonly code: string,
        readonly detail: string,
        readonly requestId: string | undefined,
        readonly retryAfter: number | undefined,
    ) {
        super(`${detail} (${status} ${code}${requestId === undefined ? '' : `, request ${requestId}`})`);
        this.name = 'DirectoryError';
    }
}

const refuse: Middleware = {
    async onResponse({ response }) {
        if (response.ok)
            return;
        const problem = (await response.json().catch(() => null)) as Record<string, unknown> | null;
        const text = (name: string) => (typeof problem?.[name] === 'string' ? problem[name] : undefined);
        const retryAfter = Number(response.headers.get('Retry-After') ?? Number.NaN);
        throw new DirectoryError(
            response.status,
            text('code') ?? `http_${response.status}`,
            text('detail') ?? text('title') ?? response.statusText,
            text('requestId'),
            Number.isFinite(retryAfter) ? retryAfter : undefined,
        );
    },
};

/**
 * @param server Such as `https://scim.example.com`.
 * @param key An admin key of the scope `app`.
 */
export function connect(server: string, key: string): Directory {
    const directory = createClient<paths>({
        baseUrl: server.replace(/\/$/, ''),
        headers: { Authorization: `Bearer ${key}` },
        // A server that hangs must not hang the app. Longer than it may wait for an event.
        fetch: (request) => fetch(request, { signal: AbortSignal.any([request.signal, AbortSignal.timeout(100_000)]) }),
    });
    directory.use(refuse);
    return directory;
}
