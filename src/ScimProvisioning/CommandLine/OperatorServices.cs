using Microsoft.Extensions.Options;
using ScimProvisioning.Api;
using ScimProvisioning.Auth;
using ScimProvisioning.Auth.AdminKeys;
using ScimProvisioning.Auth.Tokens;
using ScimProvisioning.Storage.Database;

namespace ScimProvisioning.CommandLine;

/// <summary>What the handlers of the admin API ask for, beside the message.</summary>
sealed record OperatorServices(
    IServiceProvider All,
    ScimDbContext Db,
    AdminTransaction Work,
    IOptions<SigningKeys> Keys,
    PublicUrl Url,
    AdminKeyStore AdminKeyStore
)
{
    /// <summary>The message, once its validator has nothing against it.</summary>
    /// <exception cref="ProblemException">With an error for each wrong field; options are named after the fields.</exception>
    public async Task<T> ValidAsync<T>(T message, CancellationToken ct)
        where T : notnull
    {
        await All.CheckAsync(message, ct);
        return message;
    }
}
