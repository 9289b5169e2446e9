using System.Text.Json.Nodes;
using Npgsql;
using Scim;

namespace ScimProvisioning.Storage.Resources;

/// <summary>A write that is tried again when PostgreSQL asks for that. What PostgreSQL refuses is told in the words of SCIM.</summary>
/// <param name="id">The resource that is written; <c>null</c> for a new one.</param>
sealed class RepeatedWrite(NpgsqlDataSource database, Caller caller, ResourceType type, Guid? id)
{
    const int Attempts = 5;

    /// <param name="document">What was to be written.</param>
    /// <exception cref="ScimException">409 <c>uniqueness</c>, with the id of the resource that is there.</exception>
    /// <exception cref="UnavailableException">Others have been changing the resource for too long.</exception>
    public async Task<T> RunAsync<T>(Func<Task<T>> write, Func<JsonObject?> document, CancellationToken ct)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await write();
            }
            catch (PostgresException e)
                when (e.SqlState is PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.SerializationFailure && attempt < Attempts)
            {
                ct.ThrowIfCancellationRequested();
            }
            catch (PostgresException e) when (e.SqlState is PostgresErrorCodes.LockNotAvailable)
            {
                throw new UnavailableException(
                    "Other requests have been changing the same resource for seconds. Nothing was changed: send the request again.",
                    e
                );
            }
            catch (PostgresException e) when (TakenValue.Of(e, caller, type, id, document()) is { } taken)
            {
                throw await taken.RefusalAsync(database, caller, type, ct);
            }
        }
    }
}
