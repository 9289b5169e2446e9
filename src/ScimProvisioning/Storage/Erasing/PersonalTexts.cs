using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.RegularExpressions;
using Npgsql;
using ScimProvisioning.Storage.Database;

namespace ScimProvisioning.Storage.Erasing;

/// <summary>
/// The texts by which somebody is known: names, addresses and ids, those of today and those that the change log and the events still have.
/// Logs that repeat what was sent are searched for them.
/// </summary>
sealed partial record PersonalTexts(string[] Known)
{
    /// <summary>Shorter texts are found in too much that is about others.</summary>
    const int Shortest = 4;

    /// <summary>The same, folded as <c>requests.subject_key</c> is.</summary>
    public string[] Folded => [.. Known.Select(Scim.CaseFolding.Fold).Distinct()];

    /// <summary>Patterns of ILIKE for a text that holds one of them, as it is or as JSON writes it.</summary>
    public string[] Patterns =>
        [
            .. Known
                .Where(text => text.Length >= Shortest)
                .SelectMany(text =>
                    new[] { text, Json(text, JavaScriptEncoder.Default), Json(text, JavaScriptEncoder.UnsafeRelaxedJsonEscaping) }
                )
                .Distinct()
                .Select(text => $"%{Special().Replace(text, @"\$0")}%"),
        ];

    static string Json(string text, JavaScriptEncoder encoder) => JsonEncodedText.Encode(text, encoder).ToString();

    /// <summary>For <see cref="ReadAsync"/>, before anything is erased.</summary>
    public static NpgsqlBatchCommand Find(Guid connection, Guid[] resources, Guid[] people)
    {
        var sql = new Sql();
        var (connectionId, ofResources, ofPeople) = (sql.Add(connection), sql.Add(resources), sql.Add(people));
        const string Names = "ARRAY['userName', 'email', 'displayName', 'uid', 'externalId', 'appUserId']";
        return sql.Statement(
            $"""
            SELECT DISTINCT known FROM (
                SELECT unnest(ARRAY[attributes ->> 'userName', attributes ->> 'displayName', attributes #>> ARRAY['name', 'formatted'],
                    external_id]) AS known
                FROM resources WHERE connection_id = {connectionId} AND id = ANY({ofResources})
                UNION ALL SELECT mail ->> 'value' FROM resources, jsonb_path_query(attributes, '$.emails[*]') mail
                WHERE connection_id = {connectionId} AND id = ANY({ofResources})
                UNION ALL SELECT unnest(ARRAY[uid, external_id, app_user_id, mapped ->> 'userName', mapped ->> 'email',
                    mapped ->> 'displayName', own ->> 'userName', own ->> 'email', own ->> 'displayName'])
                FROM directory_users WHERE connection_id = {connectionId} AND id = ANY({ofPeople})
                UNION ALL SELECT leaf #>> ARRAY[]::text[] FROM changes c, jsonb_array_elements(c.changes) change,
                    jsonb_path_query(jsonb_build_array(change -> 'old', change -> 'new'), 'strict $.** ? (@.type() == "string")') leaf
                WHERE c.connection_id = {connectionId} AND c.resource_id = ANY({ofResources}) AND (
                    change ->> 'path' IN ('userName', 'displayName', 'externalId', 'name.formatted')
                    OR change ->> 'path' LIKE 'emails%' AND leaf #>> ARRAY[]::text[] LIKE '%@%')
                UNION ALL SELECT unnest(ARRAY[body::jsonb #>> ARRAY['data', 'user', name], body::jsonb #>> ARRAY['data', 'previous', name]])
                FROM events, unnest({Names}) name
                WHERE connection_id = {connectionId} AND object_id = ANY({ofPeople})) texts
            WHERE known <> ''
            """
        );
    }

    public static async Task<PersonalTexts> ReadAsync(NpgsqlDataReader rows, CancellationToken ct)
    {
        var texts = new List<string>();
        while (await rows.ReadAsync(ct))
            texts.Add(rows.GetString(0));
        return new([.. texts]);
    }

    /// <summary>What has a meaning in a pattern.</summary>
    [GeneratedRegex(@"[\\%_]")]
    private static partial Regex Special();
}
