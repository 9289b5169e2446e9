using System.CommandLine;
using System.Text.Json;
using ScimProvisioning.Directory.Mappings;
using ScimProvisioning.Directory.Plans;
using ScimProvisioning.Directory.Standing;

namespace ScimProvisioning.CommandLine;

/// <summary><c>connection plan|apply</c>, and <c>connection enable --wait</c>.</summary>
static class PlanCommands
{
    const int Width = 30;

    static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = System.Text.Json.Serialization.JsonUnmappedMemberHandling.Disallow,
    };

    static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(500);

    public static Command BuildPlan(CommandRun run)
    {
        var command = new Command("plan", "Says what new rules would do, and keeps that as a plan for an hour.");
        var id = IdOf(command);
        var mapping = FileOf(command, "--mapping", "A file with the mapping as JSON, as the API takes it");
        var scope = FileOf(command, "--scope", "A file with the scope");
        var roles = FileOf(command, "--role-mappings", "A file with the role mappings");
        var enable = new Option<bool>("--enable") { Description = "Plan to enable the connection too" };
        command.Add(enable);
        command.SetAction(
            async (parsed, ct) =>
            {
                PlanRequest request;
                try
                {
                    request = new(
                        await ReadAsync<MappingBody>(mapping.Name, parsed.GetValue(mapping), ct),
                        await ReadAsync<ScopeBody>(scope.Name, parsed.GetValue(scope), ct),
                        await ReadAsync<RoleMappingsBody>(roles.Name, parsed.GetValue(roles), ct),
                        parsed.GetValue(enable)
                    );
                }
                catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
                {
                    await Console.Error.WriteLineAsync(e.Message);
                    return CommandRun.WrongUse;
                }
                return await run.ChangeAsync(
                    request,
                    (PlanUseCases plans) => plans.CreateAsync(parsed.GetRequiredValue(id), request, ct),
                    ct
                );
            }
        );
        return command;
    }

    public static Command BuildApply(CommandRun run)
    {
        var command = new Command("apply", "Does what a plan says, if it still would.");
        var id = IdOf(command);
        var plan = new Argument<Guid>("plan-id") { Description = "The id of the plan, as 'connection plan' shows it" };
        command.Add(plan);
        command.SetAction(
            (parsed, ct) =>
                run.ChangeAsync(
                    (PlanUseCases plans) => plans.ApplyAsync(parsed.GetRequiredValue(id), parsed.GetRequiredValue(plan), ct),
                    ct
                )
        );
        return command;
    }

    /// <summary>Shows on standard error how far the release is, until all is released.</summary>
    public static Task<int> WaitAsync(CommandRun run, Guid connection, CancellationToken ct) =>
        run.WatchAsync(
            async (ProjectionUseCases projection) =>
            {
                var now = await projection.GetAsync(connection, ct);
                var isDone = now is { Releases: true, Rebuild: null, Lag: 0, Queued: 0 };
                await Console.Error.WriteAsync($"\r{Bar(now, isDone)}{(isDone ? Environment.NewLine : "")}");
                return isDone;
            },
            BetweenLooks,
            ct
        );

    static string Bar(ProjectionResponse now, bool isDone)
    {
        var (done, total) = now.Rebuild is { } rebuild ? (rebuild.Done, Math.Max(rebuild.Total, 1)) : (isDone ? 1L : 0L, 1L);
        var filled = (int)(Width * Math.Min(done, total) / total);
        var text =
            now.Rebuild is { } at ? $"{at.Stage} {at.Done}/{at.Total}"
            : isDone ? "released"
            : $"waiting for a server, {now.Lag} changes to go";
        return $"[{new string('#', filled)}{new string('.', Width - filled)}] {text}".PadRight(Width + 50);
    }

    static Argument<Guid> IdOf(Command command)
    {
        var id = ConnectionCommands.IdArgument();
        command.Add(id);
        return id;
    }

    static Option<FileInfo?> FileOf(Command command, string name, string description)
    {
        var option = new Option<FileInfo?>(name) { Description = description };
        command.Add(option);
        return option;
    }

    /// <exception cref="JsonException">The file is not what the option takes. It says which file and what may be in it.</exception>
    static async Task<T?> ReadAsync<T>(string option, FileInfo? file, CancellationToken ct)
        where T : class
    {
        if (file is null)
            return null;
        var text = await File.ReadAllTextAsync(file.FullName, ct);
        try
        {
            using var _ = JsonDocument.Parse(text);
        }
        catch (JsonException e)
        {
            throw new JsonException($"{option} {file}: the file is not JSON. {e.Message}", e);
        }
        try
        {
            return JsonSerializer.Deserialize<T>(text, Options);
        }
        catch (JsonException e)
        {
            List<string> members = [.. typeof(T).GetProperties().Select(member => JsonNamingPolicy.CamelCase.ConvertName(member.Name))];
            using var json = JsonDocument.Parse(text);
            var unknown =
                json.RootElement.ValueKind is JsonValueKind.Object
                    ? json
                        .RootElement.EnumerateObject()
                        .Select(m => m.Name)
                        .Except(members, StringComparer.OrdinalIgnoreCase)
                        .FirstOrDefault()
                    : null;
            var wrong = unknown is null ? $"{e.Path} is not what is expected there" : $"there is no '{unknown}'";
            throw new JsonException($"{option} {file}: {wrong}. The file may have {string.Join(", ", members)}, as the API takes them.", e);
        }
    }
}
