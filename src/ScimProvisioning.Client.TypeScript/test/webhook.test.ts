// Against the sample app that .ci/typescript has started: SAMPLE, WEBHOOK_SECRET. It verifies with ScimProvisioning.Client what the
// library of Standard Webhooks has signed.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Webhook } from 'standardwebhooks';

const event = JSON.stringify({ id: '019ac0de-7e9c-7c3e-9a41-3f2b8d6c5e15', type: 'webhook.test', timestamp: '2026-11-22T08:00:00.000Z', data: {} });

async function post(body: string, signature: string, sent: Date): Promise<number> {
    const response = await fetch(`${process.env['SAMPLE']}/hooks`, {
        method: 'POST',
        headers: { 'webhook-id': 'msg_1', 'webhook-timestamp': String(Math.floor(sent.getTime() / 1000)), 'webhook-signature': signature },
        body,
    });
    return response.status;
}

test('an app takes what the library has signed', async () => {
    const now = new Date();
    assert.equal(await post(event, new Webhook(process.env['WEBHOOK_SECRET']!).sign('msg_1', now, event), now), 200);
});

test('an app refuses what was changed, is old, or is of another secret', async () => {
    const now = new Date();
    const old = new Date(now.getTime() - 6 * 60 * 1000);
    const webhook = new Webhook(process.env['WEBHOOK_SECRET']!);
    const other = new Webhook('whsec_b3RoZXIgb3RoZXIgb3RoZXIgb3RoZXI=');
    assert.equal(await post(`${event} `, webhook.sign('msg_1', now, event), now), 401);
    assert.equal(await post(event, webhook.sign('msg_1', old, event), old), 401);
    assert.equal(await post(event, other.sign('msg_1', now, event), now), 401);
});
