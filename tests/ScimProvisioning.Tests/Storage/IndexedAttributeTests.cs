using System.Text.Json.Nodes;
using Scim;
using ScimProvisioning.Storage.Resources;
using ScimProvisioning.Storage.Resources.Search;

namespace ScimProvisioning.Tests.Storage;

/// <summary>What a row in the table of indexed attributes promises.</summary>
[TestFixture, Parallelizable]
sealed class IndexedAttributeTests
{
    const string Text = "Ünique";

    readonly ScimServer _server = new();

    [OneTimeTearDown]
    public void Stop() => _server.Dispose();

    [TestCaseSource(nameof(Rows))]
    public async Task The_database_has_the_column_and_an_index_that_begins_with_it(IndexedAttribute row)
    {
        var directory = await TestDirectory.CreateAsync(_server);

        Assert.That(
            await directory.Ask<string>(
                $"""
                SELECT format_type(atttypid, atttypmod) || coalesce(' ' || collname, '')
                FROM pg_attribute LEFT JOIN pg_collation c ON c.oid = attcollation
                WHERE $1 IS NOT NULL AND attrelid = 'resources'::regclass AND attname = '{row.Column}'
                """
            ),
            Is.EqualTo(row.IsBoolean ? "boolean" : "text C")
        );
        Assert.That(
            await directory.Ask<long>(
                $"""
                SELECT count(*) FROM pg_indexes WHERE $1 IS NOT NULL AND tablename = 'resources'
                    AND indexdef ~ '{(row.IsBoolean ? $"WHERE .*{row.Column}" : $"\\(connection_id, (resource_type, )?{row.Column}\\M")}'
                """
            ),
            Is.Positive
        );
    }

    [TestCaseSource(nameof(Rows))]
    public async Task A_text_that_filters_use_is_in_the_view_of_candidates(IndexedAttribute row)
    {
        var directory = await TestDirectory.CreateAsync(_server);

        var columns = await directory.Ask<long>(
            $"""
            SELECT count(*) FROM pg_attribute
            WHERE $1 IS NOT NULL AND attrelid = 'searchable'::regclass AND attname = '{row.Column}'
            """
        );

        Assert.That(columns, Is.EqualTo(row is { IsSearched: true, IsBoolean: false } ? 1 : 0));
    }

    [TestCaseSource(nameof(Searched))]
    public void A_filter_and_an_order_use_the_column_and_not_the_document(IndexedAttribute row, ResourceType type)
    {
        var name = row.Of(type)!.Name;
        var filter = FilterParser.Parse($"{name} eq {(row.IsBoolean ? "false" : $"\"{Text}\"")}", type);
        var order = SortSql.Of(new(), [new(type, null, AttributePath.Find(name, type), Related: false)]);

        Assert.That(new FilterSql(new(), "", type).Write(filter), Does.Contain(row.Expression).And.Not.Contain("attributes"));
        Assert.That(order.Key, Is.EqualTo(row.Expression));
        Assert.That(SearchCandidates.IsByColumn(filter), Is.True);
        Assert.That(SearchCandidates.Condition(new(), Guid.Empty, filter), row.IsBoolean ? Is.Null : Does.StartWith($"s.{row.Column} = "));
    }

    [TestCaseSource(nameof(Searched))]
    public void The_index_of_terms_leaves_the_attribute_out(IndexedAttribute row, ResourceType type) =>
        Assert.That(SearchTerms.Of(Guid.Empty, type, Document(row.Of(type)!)), Is.Empty);

    [TestCaseSource(nameof(Written))]
    public async Task The_column_is_written_with_the_document(IndexedAttribute row, ResourceType type)
    {
        var directory = await TestDirectory.CreateAsync(_server);
        var body = Document(row.Of(type)!);
        var required = type.IsUser ? UserSchema.UserName.Name : GroupSchema.DisplayName.Name;
        body[required] ??= Text;

        var id = await directory.Create($"/{type.Collection}", body.ToJsonString());

        Assert.That(
            await directory.Ask<string>($"SELECT {row.Column}::text FROM resources WHERE connection_id = $1 AND id = '{id}'"),
            Is.EqualTo(
                row.IsBoolean ? "false"
                : row.IsFolded ? CaseFolding.Fold(Text)
                : Text
            )
        );
    }

    [TestCaseSource(nameof(Written))]
    public async Task A_unique_value_is_refused_a_second_time_and_named(IndexedAttribute row, ResourceType type)
    {
        var directory = await TestDirectory.CreateAsync(_server);
        var name = row.Of(type)!.Name;
        var (one, other) = (Document(row.Of(type)!), Document(row.Of(type)!));
        if (type.IsUser)
            (one["userName"], other["userName"]) = (one["userName"] ?? "one", other["userName"] ?? "other");
        else
            (one["displayName"], other["displayName"]) = (one["displayName"] ?? "one", other["displayName"] ?? "other");
        var id = await directory.Create($"/{type.Collection}", one.ToJsonString());

        var answer = await directory.Send("POST", $"/{type.Collection}", other.ToJsonString());

        if (IndexedAttribute.IsUnique(row.Of(type)!))
            Assert.That(
                (answer.Status, (string?)answer["detail"]),
                Is.EqualTo(
                    (
                        409,
                        $"A {type.Name} with {name} '{Text}' exists already in this connection with the id {id}. "
                            + "Match it, or change the source attribute."
                    )
                )
            );
        else
            Assert.That(answer.Status, Is.EqualTo(201));
    }

    static JsonObject Document(AttributeDefinition attribute) =>
        new() { [attribute.Name] = attribute.Type is AttributeType.Boolean ? false : Text };

    static IEnumerable<TestCaseData> Rows() => IndexedAttribute.All.Select(row => new TestCaseData(row).SetArgDisplayNames(row.Column));

    /// <summary>Every row for every built-in type that has the attribute.</summary>
    static IEnumerable<TestCaseData> Written() =>
        from row in IndexedAttribute.All
        from type in ResourceTypes.BuiltIn.All
        where row.Of(type) is not null
        select new TestCaseData(row, type).SetArgDisplayNames(row.Column, type.Name);

    static IEnumerable<TestCaseData> Searched() => Written().Where(data => ((IndexedAttribute)data.Arguments[0]!).IsSearched);
}
