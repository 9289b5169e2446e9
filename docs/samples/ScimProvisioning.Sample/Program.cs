using Microsoft.EntityFrameworkCore;
using ScimProvisioning.Client;
using ScimProvisioning.Sample;

// An app beside ScimProvisioning: it keeps its users by following the events of the directory.
var builder = WebApplication.CreateBuilder(args);
var settings = builder.Configuration;
var key = settings["Directory:Key"] ?? throw new InvalidOperationException("Set Directory__Key to an admin key of the scope app.");

builder.Services.AddDbContextFactory<AppDb>(db => db.UseSqlite($"Data Source={settings["Database"] ?? "sample.db"}"));
builder.Services.AddSingleton(DirectoryClient.Connect(new(settings["Directory:Url"] ?? "http://localhost:5000"), key));
builder.Services.AddSingleton<IPositionStore<AppDb>, ContextPositions<AppDb>>(services =>
    new(services.GetRequiredService<IDbContextFactory<AppDb>>())
);
builder.Services.AddSingleton(services => new DirectoryFollower<AppDb>(
    services.GetRequiredService<DirectoryClient>(),
    services.GetRequiredService<IPositionStore<AppDb>>(),
    UserEvents.HandleAsync,
    new() { Logger = services.GetRequiredService<ILogger<DirectoryFollower<AppDb>>>() }
));
builder.Services.AddHostedService<FollowDirectory>();

var app = builder.Build();
await using (var db = await app.Services.GetRequiredService<IDbContextFactory<AppDb>>().CreateDbContextAsync())
    await db.Database.EnsureCreatedAsync();

// With the secret of a webhook endpoint, an event wakes the follower. Without, the follower asks and waits: it is as fast, here.
if (settings["Directory:WebhookSecret"] is { Length: > 0 } secret)
    app.MapDirectoryWebhook(
        "/hooks",
        secret,
        (_, http) =>
        {
            http.RequestServices.GetRequiredService<DirectoryFollower<AppDb>>().Wake();
            return Task.CompletedTask;
        }
    );
app.MapGet("/", async (IDbContextFactory<AppDb> contexts) => Results.Content(await UserPage.RenderAsync(contexts), "text/html"));
app.MapGet(
    "/users",
    async (IDbContextFactory<AppDb> contexts) =>
    {
        await using var db = await contexts.CreateDbContextAsync();
        return (await db.Users.AsNoTracking().OrderBy(user => user.UserName).ToListAsync()).ConvertAll(user => user.ToUser());
    }
);
app.MapGet(
    "/notices",
    async (IDbContextFactory<AppDb> contexts) =>
    {
        await using var db = await contexts.CreateDbContextAsync();
        return await db.Notices.AsNoTracking().OrderBy(notice => notice.At).ToListAsync();
    }
);
app.Run();
