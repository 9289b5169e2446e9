using ScimProvisioning.Storage.Changes;

namespace ScimProvisioning.Tests.Changes;

/// <summary>Who has made a change.</summary>
[TestFixture, Parallelizable]
sealed class ChangeAuthorTests
{
    [TestCase("token:019ac0de-7e9c-7c3e-9a41-3f2b8d6c5e10", true)]
    [TestCase("oauth-client:019ac0de-7e9c-7c3e-9a41-3f2b8d6c5e10", true)]
    [TestCase("entra:8d2a4f8e-bf98-4363-84ae-d4ef0a21f0f2", true)]
    [TestCase("admin-key:019ac0de-7e9c-7c3e-9a41-3f2b8d6c5e10", false)]
    [TestCase("cli:root", false)]
    public void Credentials_of_identity_providers_are_told_from_admins(string actor, bool isIdentityProvider) =>
        Assert.That(ChangeAuthor.IsIdentityProvider(actor), Is.EqualTo(isIdentityProvider));
}
