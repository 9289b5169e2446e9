namespace ScimProvisioning.Tests.IdentityProviders;

/// <summary>What Entra's provisioning service (and Okta, OneLogin, JumpCloud) sends, replayed once in each form of the Tenant URL.</summary>
[TestFixture("/scim/v2/{key}")]
[TestFixture("/scim/v2")]
[Parallelizable]
sealed class EntraTranscriptTests(string tenantUrl)
{
    readonly Dictionary<string, IReadOnlyList<string>> _differences = [];
    readonly ScimServer _server = new();

    static IEnumerable<string> Names => Transcript.Read("entra").Select(request => (string)request["name"]!);

    [OneTimeSetUp]
    public async Task Replay()
    {
        using var client = _server.ClientWith(null);
        var connection = await _server.Connect();
        var bound = new Dictionary<string, string> { ["token"] = connection.Token, ["nonexistentGuid"] = "7d420df3-9995-4831-a406-ecf8166f5f6a" };
        foreach (var request in Transcript.Read("entra"))
            _differences.Add((string)request["name"]!, await Transcript.ReplayAsync(request, client, tenantUrl.Replace("{key}", connection.Key, StringComparison.Ordinal), bound));
    }

    [OneTimeTearDown]
    public void Stop() => _server.Dispose();

    [TestCaseSource(nameof(Names))]
    public void The_request_is_answered_as_Entra_expects(string name) => Assert.That(_differences[name], Is.Empty);
}
