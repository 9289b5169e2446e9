using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using ScimProvisioning.Api;
using ScimProvisioning.Auth.AdminKeys;
using ScimProvisioning.Storage.Database;

namespace ScimProvisioning.Tests.Admin;

[TestFixture, Parallelizable]
sealed class AuditGuardTests
{
    readonly ScimServer _server = new();

    [OneTimeTearDown]
    public void Stop() => _server.Dispose();

    [Test]
    public async Task A_change_without_an_audit_entry_is_not_committed([Values] bool withIdempotencyKey)
    {
        await using var scope = _server.Services.CreateAsyncScope();
        var services = scope.ServiceProvider;
        var (db, transaction) = (services.GetRequiredService<ScimDbContext>(), services.GetRequiredService<AdminTransaction>());
        var name = $"unrecorded {withIdempotencyKey}";
        var http = new DefaultHttpContext
        {
            RequestServices = services,
            Request = { Method = "POST", Body = new MemoryStream("{}"u8.ToArray()) },
        };
        http.Request.Headers[Idempotency.Header] = name.Replace(' ', '-');

        Task<object?> ForgetToRecord()
        {
            db.Organizations.Add(
                new()
                {
                    Id = Guid.CreateVersion7(transaction.Now),
                    Name = name,
                    CreatedAt = transaction.Now,
                }
            );
            return Task.FromResult<object?>(Results.Ok());
        }
        var request = transaction.ChangeAsync(
            new AdminCaller(new CurrentAdmin("test", null, true, null), "request", null),
            () => withIdempotencyKey ? services.GetRequiredService<Idempotency>().OnceAsync(http, ForgetToRecord) : ForgetToRecord(),
            CancellationToken.None
        );

        Assert.That(async () => await request, Throws.InvalidOperationException.With.Message.Contains("no entry in the audit log"));
        await using var other = _server.Services.CreateAsyncScope();
        var stored = other.ServiceProvider.GetRequiredService<ScimDbContext>();
        await using var read = await stored.BeginAsync(Reach.Everything, CancellationToken.None);
        Assert.That(await stored.Organizations.CountAsync(organization => organization.Name == name), Is.Zero);
    }
}
