using Microsoft.Extensions.Options;
using ScimProvisioning.Auth;
using ScimProvisioning.Storage;

namespace ScimProvisioning.Admin.CommandLine;

/// <summary>What the handlers of the admin API ask for, beside the message.</summary>
sealed record OperatorServices(
    IServiceProvider All,
    ScimDbContext Db,
    AdminWork Work,
    IOptions<SigningKeys> Keys,
    PublicUrl Url,
    AdminKeys AdminKeys
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
