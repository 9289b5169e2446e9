using System.Text.Json;
using System.Text.Json.Nodes;
using Json.Schema;
using Npgsql;
using ScimProvisioning.Events;
using ScimProvisioning.Storage.Released;

namespace ScimProvisioning.Tests.Events;

/// <summary>Holds events against the schemas that are published, which must name all of their members.</summary>
static class EventCheck
{
    const string Components = "#/components/schemas/";

    static readonly EvaluationOptions Options = new() { OutputFormat = OutputFormat.List, RequireFormatValidation = true };

    static readonly Dictionary<string, Lazy<JsonSchema>> Schemas = EventType.All.ToDictionary(
        type => type.Name,
        type => new Lazy<JsonSchema>(() => JsonSchema.FromText(Standalone(type)))
    );

    /// <summary>What is wrong with an event; <c>null</c>: nothing.</summary>
    public static string? Fault(string body)
    {
        using var e = JsonDocument.Parse(body);
        var type = e.RootElement.GetProperty("type").GetString()!;
        if (!Schemas.TryGetValue(type, out var schema))
            return $"{type} is not listed";
        var result = schema.Value.Evaluate(e.RootElement, Options);
        if (result.IsValid)
            return null;
        var errors = (result.Details ?? [])
            .Where(part => part.Errors is not null)
            .SelectMany(part => part.Errors!.Values.Select(error => $"{part.InstanceLocation}: {error}"));
        return $"{string.Join("; ", errors)} in {body}";
    }

    /// <summary>What is wrong with the events of a database, up to some. A database without events has none.</summary>
    public static async Task<List<string>> FaultsIn(string database)
    {
        var faults = new List<string>();
        await using var source = NpgsqlDataSource.Create(database);
        try
        {
            // Tests of row-level security and of the feed put in events that are none.
            await using var command = source.CreateCommand("SELECT body FROM events WHERE body LIKE '{\"id\":%'");
            await using var rows = await command.ExecuteReaderAsync();
            while (faults.Count < 10 && await rows.ReadAsync())
                if (Fault(rows.GetString(0)) is { } fault)
                    faults.Add(fault);
        }
        // A test may have left it without tables, dropped or closed.
        catch (Exception e) when (e is NpgsqlException) { }
        return faults;
    }

    /// <summary>One document, in which no member goes unnamed. The published schemas let new members come.</summary>
    static string Standalone(EventType type)
    {
        var schema = EventSchemas.Of(type);
        schema["$defs"] = EventSchemas.Shared();
        Close(schema);
        return schema.ToJsonString().Replace(Components, "#/$defs/", StringComparison.Ordinal);
    }

    static void Close(JsonNode? node)
    {
        if (node is JsonObject { } members)
        {
            if (members["properties"] is JsonObject && members["additionalProperties"] is null)
                members["additionalProperties"] = false;
            foreach (var (name, member) in members.ToList())
                if (name is not "examples")
                    Close(member);
        }
        else if (node is JsonArray items)
            foreach (var item in items)
                Close(item);
    }
}
