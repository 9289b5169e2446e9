using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.RegularExpressions;
using Npgsql;
using ScimProvisioning.Storage.Database;

namespace ScimProvisioning.Storage.Erasing;

/// <summary>
/// The texts by which people are told from others: user names, addresses and ids, those of today and those that the change log and the
/// events still have. Logs that repeat what was sent are searched for them. Never for what somebody is called, which others are, too; and
/// groups are searched for by their ids only.
/// </summary>
/// <param name="Known">Without the ids.</param>
/// <param name="Ids">Of SCIM resources and of people.</param>
sealed partial record PersonalTexts(string[] Known, Guid[] Ids)
{
    /// <summary>Shorter texts are found in too much that is about others.</summary>
    const int Shortest = 6;

    /// <summary>No part of a longer name or address; escapes of JSON and of URLs are none.</summary>
    const string Before = """(?:(?<![\w.+-])|(?<=\\u[0-9a-f]{4}|\\[bfnrt]|%[0-9a-f]{2}))""";

    const string After = """(?![\w@-]|\.\w)""";

    /// <summary><see cref="Known"/>, folded as <c>requests.subject_key</c> is.</summary>
    public string[] Folded => [.. Known.Select(Scim.CaseFolding.Fold).Distinct()];

    /// <summary>What is looked for within texts, as it is and as JSON writes it.</summary>
    public string[] Distinctive =>
        [
            .. Known
                .Where(IsDistinctive)
                .Concat(Ids.Select(id => id.ToString()))
                .SelectMany(text =>
                    new[] { text, Json(text, JavaScriptEncoder.Default), Json(text, JavaScriptEncoder.UnsafeRelaxedJsonEscaping) }
                )
                .Distinct(),
        ];

    /// <summary>Condition: the text has one of them as a whole word.</summary>
    public string IsIn(string text, Sql sql)
    {
        var all = Distinctive;
        // The first comparison is there because it is the fast one.
        var (parts, words) = (
            sql.Add([.. all.Select(one => $"%{InPattern().Replace(one, @"\$0")}%")]),
            sql.Add([.. all.Select(one => Before + InExpression().Replace(one, @"\$0") + After)])
        );
        return $"EXISTS (SELECT FROM unnest({parts}, {words}) AS t (part, word) WHERE {text} ILIKE t.part AND {text} ~* t.word)";
    }

    /// <summary>Long enough, and more than a word: User, core and Anna are in much that is about others.</summary>
    static bool IsDistinctive(string text) =>
        text.Length >= Shortest && text.Any(letter => !char.IsLetter(letter) && !char.IsWhiteSpace(letter));

    static string Json(string text, JavaScriptEncoder encoder) => JsonEncodedText.Encode(text, encoder).ToString();

    /// <summary>Reads them, as long as nothing is erased yet.</summary>
    public static async Task<PersonalTexts> ReadAsync(ScimDbContext db, ErasedIds ids, CancellationToken ct)
    {
        var texts = new List<string>();
        await using var rows = await db.ReadAsync(ct, RawStatements.Confine(ids.Connection), Find(ids));
        while (await rows.ReadAsync(ct))
            texts.Add(rows.GetString(0));
        return new([.. texts], [.. ids.Resources, .. ids.People]);
    }

    static NpgsqlBatchCommand Find(ErasedIds ids)
    {
        var sql = new Sql();
        var (connection, resources, people) = (sql.Add(ids.Connection), sql.Add(ids.Resources), sql.Add(ids.People));
        const string Names = "ARRAY['userName', 'email', 'uid', 'externalId', 'appUserId']";
        return sql.Statement(
            $"""
            SELECT DISTINCT known FROM (
                SELECT unnest(ARRAY[attributes ->> 'userName', external_id]) AS known
                FROM resources WHERE connection_id = {connection} AND id = ANY({resources}) AND resource_type = 'User'
                UNION ALL SELECT mail ->> 'value' FROM resources, jsonb_path_query(attributes, '$.emails[*]') mail
                WHERE connection_id = {connection} AND id = ANY({resources}) AND resource_type = 'User'
                UNION ALL SELECT unnest(ARRAY[uid, external_id, app_user_id, mapped ->> 'userName', mapped ->> 'email',
                    own ->> 'userName', own ->> 'email'])
                FROM directory_users WHERE connection_id = {connection} AND id = ANY({people})
                UNION ALL SELECT leaf #>> ARRAY[]::text[] FROM changes c, jsonb_array_elements(c.changes) change,
                    jsonb_path_query(jsonb_build_array(change -> 'old', change -> 'new'), 'strict $.** ? (@.type() == "string")') leaf
                WHERE c.connection_id = {connection} AND c.resource_id = ANY({resources}) AND c.resource_type = 'User' AND (
                    change ->> 'path' IN ('userName', 'externalId')
                    OR change ->> 'path' LIKE 'emails%' AND leaf #>> ARRAY[]::text[] LIKE '%@%')
                UNION ALL SELECT unnest(ARRAY[body::jsonb #>> ARRAY['data', 'user', name], body::jsonb #>> ARRAY['data', 'previous', name]])
                FROM events, unnest({Names}) name
                WHERE connection_id = {connection} AND object_id = ANY({people})) texts
            WHERE known <> ''
            """
        );
    }

    /// <summary>What has a meaning in a pattern of LIKE.</summary>
    [GeneratedRegex(@"[\\%_]")]
    private static partial Regex InPattern();

    /// <summary>What has one in a regular expression of PostgreSQL.</summary>
    [GeneratedRegex(@"[\\^$.|?*+(){}\[\]#\s-]")]
    private static partial Regex InExpression();
}
