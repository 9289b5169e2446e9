// The chart of docs/helm: rendered with values as a person would give them, and judged by Kubernetes' own schemas. .ci/helm runs it.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { test } from 'node:test';

const chart = 'docs/helm/scim-provisioning';
const minimal = { publicUrl: 'https://scim.example.com', image: { repository: 'registry.example.com/scim-provisioning' } };

const packages = process.env.NODE_MODULES;
const yaml = createRequire(`${packages}/`)('yaml');

function helm(command, values) {
    return execFileSync(process.env.HELM, command, { input: JSON.stringify(values), encoding: 'utf8', stdio: ['pipe', 'pipe', 'pipe'] });
}

/** The fields below a part of a manifest that its schema does not know: it finds nothing wrong with them, whatever they hold. */
function unknownFields(isValid, part, path) {
    if (part === null || typeof part !== 'object')
        return [];
    return Object.entries(part).flatMap(([name, value]) => {
        part[name] = Symbol('nothing that a schema allows');
        const known = !isValid();
        part[name] = value;
        return known ? unknownFields(isValid, value, `${path}/${name}`) : [`${path}/${name}`];
    });
}

/** Every manifest, once it has passed the schema of its kind. */
async function render(values) {
    const text = helm(['template', 'acme', chart, '--namespace', 'identity', '--values', '-'], values);
    const manifests = yaml.parseAllDocuments(text).map(document => document.toJS()).filter(Boolean);
    for (const manifest of manifests) {
        const kinds = await import(pathToFileURL(`${packages}/kubernetes-models/${manifest.apiVersion}/index.js`));
        const validate = () => new kinds[manifest.kind](manifest).validate();
        validate();
        assert.deepEqual(unknownFields(() => passes(validate), manifest, manifest.kind), []);
    }
    return Object.fromEntries(manifests.map(manifest => [manifest.kind, manifest]));
}

function passes(validate) {
    try {
        validate();
        return true;
    } catch {
        return false;
    }
}

function refusal(values) {
    try {
        helm(['template', 'acme', chart, '--values', '-'], values);
    } catch (error) {
        return error.stderr;
    }
    return assert.fail(`accepted: ${JSON.stringify(values)}`);
}

test('lint finds nothing', () => {
    assert.match(helm(['lint', chart, '--strict', '--values', '-'], minimal), /1 chart\(s\) linted, 0 chart\(s\) failed/);
});

test('address and image are enough; ingress and disruption budget are off', async () => {
    const manifests = await render(minimal);

    assert.deepEqual(Object.keys(manifests).sort(), ['Deployment', 'Service', 'ServiceAccount']);
    const { image } = manifests.Deployment.spec.template.spec.containers[0];
    const version = yaml.parse(readFileSync(`${chart}/Chart.yaml`, 'utf8')).appVersion;
    assert.equal(image, `registry.example.com/scim-provisioning:${version}`);
    assert.match(readFileSync('Directory.Build.props', 'utf8'), new RegExp(`<Version>${version}</Version>`));
});

test('the server runs as the user of the image, can write to nothing but /tmp, and gets no token of the cluster', async () => {
    const { Deployment, ServiceAccount } = await render(minimal);
    const pod = Deployment.spec.template.spec;
    const [container] = pod.containers;

    assert.equal(pod.securityContext.runAsNonRoot, true);
    // What Microsoft's image calls APP_UID.
    assert.equal(pod.securityContext.runAsUser, 1654);
    assert.match(readFileSync('Dockerfile', 'utf8'), /^USER \$APP_UID$/m);
    assert.deepEqual(container.securityContext, {
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
    });
    assert.deepEqual(container.volumeMounts.filter(mount => !mount.readOnly).map(mount => mount.mountPath), ['/tmp']);
    assert.equal(pod.automountServiceAccountToken, false);
    assert.equal(ServiceAccount.automountServiceAccountToken, false);
    assert.equal(pod.serviceAccountName, ServiceAccount.metadata.name);
});

test('probes ask what the server answers, at the port of the image', async () => {
    const { Deployment, Service } = await render({ ...minimal, startupSeconds: 601 });
    const [container] = Deployment.spec.template.spec.containers;

    assert.equal(container.livenessProbe.httpGet.path, '/health/live');
    assert.equal(container.readinessProbe.httpGet.path, '/health/ready');
    assert.equal(container.startupProbe.httpGet.path, '/health/live');
    assert.equal(container.startupProbe.failureThreshold * container.startupProbe.periodSeconds, 602);
    assert.match(readFileSync('Dockerfile', 'utf8'), new RegExp(`^EXPOSE ${container.ports[0].containerPort}$`, 'm'));
    assert.equal(Service.spec.ports[0].targetPort, container.ports[0].name);
});

test('the Service, the budget and the spread find the pods', async () => {
    const manifests = await render({ ...minimal, podDisruptionBudget: { enabled: true }, podLabels: { team: 'identity' } });
    const { labels } = manifests.Deployment.spec.template.metadata;
    const constraints = manifests.Deployment.spec.template.spec.topologySpreadConstraints;
    const selectors = [
        manifests.Deployment.spec.selector.matchLabels,
        manifests.Service.spec.selector,
        manifests.PodDisruptionBudget.spec.selector.matchLabels,
        ...constraints.map(constraint => constraint.labelSelector.matchLabels),
    ];

    assert.equal(constraints.length, 2);
    assert.equal(labels.team, 'identity');
    for (const selector of selectors)
        for (const [name, value] of Object.entries(selector))
            assert.equal(labels[name], value);
});

test('secrets are files of Secrets that exist already, whatever they are called', async () => {
    const { Deployment } = await render({ ...minimal, secrets: { connectionString: { name: 'db', key: 'npgsql' } } });
    const pod = Deployment.spec.template.spec;
    const { sources } = pod.volumes.find(volume => volume.projected).projected;
    const files = Object.fromEntries(sources.map(({ secret: { name, items: [item] } }) => [item.path, `${name}/${item.key}`]));

    assert.deepEqual(files, {
        'connection-string': 'db/npgsql',
        'admin-key': 'scim-provisioning/admin-key',
        'signing-key': 'scim-provisioning/signing-key',
    });
    const folder = pod.containers[0].volumeMounts.find(mount => mount.name === 'secrets').mountPath;
    const variables = pod.containers[0].env.filter(({ name }) => name.endsWith('File'));
    assert.deepEqual(variables.map(({ value }) => value).sort(), Object.keys(files).map(file => `${folder}/${file}`).sort());
});

test('everything switched on', async () => {
    const { Deployment, Ingress, PodDisruptionBudget, Service } = await render({
        ...minimal,
        image: { ...minimal.image, tag: '1.2.3', pullSecrets: ['registry'] },
        replicaCount: 5,
        metrics: { enabled: true },
        trustedProxies: ['10.0.0.0/8', 'fd00::/8'],
        extraEnv: [
            { name: 'Limits__Queue', value: '500' },
            { name: 'Tokens__PreviousSigningKeys__0', valueFrom: { secretKeyRef: { name: 'scim-provisioning', key: 'old-signing-key' } } },
        ],
        service: { type: 'LoadBalancer', port: 8080, annotations: { a: 'b' } },
        ingress: { enabled: true, className: 'nginx', annotations: { a: 'b' }, tlsSecretName: 'scim-tls' },
        podDisruptionBudget: { enabled: true, maxUnavailable: '25%' },
        serviceAccount: { annotations: { a: 'b' } },
        podAnnotations: { a: 'b' },
        nodeSelector: { disk: 'ssd' },
        tolerations: [{ key: 'dedicated', operator: 'Equal', value: 'identity', effect: 'NoSchedule' }],
        affinity: {
            podAntiAffinity: {
                requiredDuringSchedulingIgnoredDuringExecution: [
                    { topologyKey: 'kubernetes.io/hostname', labelSelector: { matchLabels: { a: 'b' } } },
                ],
            },
        },
    });

    const [rule] = Ingress.spec.rules;
    assert.equal(rule.host, 'scim.example.com');
    assert.equal(rule.http.paths[0].backend.service.name, Service.metadata.name);
    assert.deepEqual(Ingress.spec.tls, [{ hosts: ['scim.example.com'], secretName: 'scim-tls' }]);
    assert.equal(PodDisruptionBudget.spec.maxUnavailable, '25%');
    assert.equal(Service.spec.ports[0].port, 8080);
    const variables = Deployment.spec.template.spec.containers[0].env;
    assert.equal(variables.find(({ name }) => name === 'TrustedProxies__1').value, 'fd00::/8');
    assert.equal(variables.find(({ name }) => name === 'Metrics__Port').value, '9464');
    assert.equal(Deployment.spec.template.spec.containers[0].ports[1].containerPort, 9464);
    assert.equal(Service.spec.ports.length, 1);
    assert.equal(new Set(variables.map(({ name }) => name)).size, variables.length);
});

for (const [what, values, complaint] of [
    ['no address', { image: minimal.image }, /publicUrl/],
    ['an address without a scheme', { ...minimal, publicUrl: 'scim.example.com' }, /publicUrl/],
    ['an address that ends with a slash', { ...minimal, publicUrl: 'https://scim.example.com/' }, /publicUrl/],
    ['no image', { publicUrl: minimal.publicUrl }, /image\/repository/],
    ['a name that no setting has', { ...minimal, replicas: 3 }, /replicas/],
    ['a misspelt name further down', { ...minimal, ingress: { enable: true } }, /enable/],
    ['a number of pods that is a word', { ...minimal, replicaCount: 'two' }, /replicaCount/],
    ['a port that is none', { ...minimal, service: { port: 0 } }, /service\/port/],
    ['the server\'s own port for metrics', { ...minimal, metrics: { enabled: true, port: 8080 } }, /metrics\/port/],
    ['a secret in place of its name', { ...minimal, secrets: { adminKey: 'hunter2' } }, /secrets\/adminKey/],
    ['a proxy by name', { ...minimal, trustedProxies: ['ingress.example.com'] }, /trustedProxies\/0/],
    ['a variable that is a number', { ...minimal, extraEnv: [{ name: 'Limits__Queue', value: 500 }] }, /extraEnv\/0\/value/],
    ['a variable that the chart sets', { ...minimal, extraEnv: [{ name: 'Admin__ApiKey', value: 'x' }] }, /extraEnv\/0\/name/],
    ['a budget that lets no pod go', { ...minimal, podDisruptionBudget: { enabled: true, maxUnavailable: 0 } }, /maxUnavailable/],
    ['an ingress for a path', { ...minimal, publicUrl: 'https://example.com/scim', ingress: { enabled: true } }, /has a path/],
])
    test(`refused: ${what}`, () => assert.match(refusal(values), complaint));
