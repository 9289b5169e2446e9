namespace Scim.Tests.Messages;

/// <summary>RFC 7644 §3.7, §3.7.1: a resource comes before the operations that refer to it; nothing else is moved.</summary>
public sealed class BulkOrderTests
{
    // "a:bc" is the POST of a that refers to b and c; ":a" is a PATCH that refers to a.
    [TestCase("", "")]
    [TestCase("a b c", "a b c")]
    [TestCase("a b:a c:ab", "a b c")]
    [TestCase("a:b b", "b a")]
    [TestCase("a:c b c", "c a b")]
    [TestCase("a:b b:c c:d d", "d c b a")]
    [TestCase("a:d b c d", "d a b c")]
    [TestCase("a :b b :a", "a b #1 #3")]
    [TestCase("a:x b", "a b")]
    [TestCase("a:bcd b:d c:d d", "d b c a")]
    [TestCase("a:a", "a")]
    [TestCase("a:b b:a", "(b a)")]
    [TestCase("a b:c c:b d", "a (c b) d")]
    [TestCase("a:b b:c c:a", "(c b a)")]
    [TestCase("d:a a:b b:a", "(b a) d")]
    [TestCase("a:b b:ac c", "c (b a)")]
    [TestCase("a:bc b:a c:a", "(b c a)")]
    [TestCase("a:b b:ac c:d d:c", "(d c) (b a)")]
    [TestCase(":a a:b b:a", "(b a) #0")]
    [TestCase("a:b b:ca c:b d:c", "(c b a) d")]
    public void Operations_run_in_that_order(string operations, string expected)
    {
        var given = operations.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(Operation).ToList();

        var order = BulkOrder.Of(given);

        var named = order
            .Select(circle => (circle.Count, Names: string.Join(' ', circle.Select(i => given[i].BulkId ?? $"#{i}"))))
            .Select(circle => circle.Count > 1 ? $"({circle.Names})" : circle.Names);
        Assert.That(string.Join(' ', named), Is.EqualTo(expected));
    }

    [Test]
    public void Hundreds_of_operations_that_all_refer_to_each_other_are_one_circle()
    {
        var all = string.Join(',', Enumerable.Range(0, 400).Select(i => $"\"bulkId:{i}\""));

        var order = BulkOrder.Of([
            .. Enumerable
                .Range(0, 400)
                .Select(i => new BulkOperation(BulkMethod.Post, $"{i}", null, "Groups", null, Wire.Json($$"""{"members":[{{all}}]}"""))),
        ]);

        Assert.That(order.Single(), Is.EquivalentTo(Enumerable.Range(0, 400)));
    }

    [Test]
    public void A_chain_of_a_thousand_is_turned_around()
    {
        var order = BulkOrder.Of([
            .. Enumerable
                .Range(0, 1_000)
                .Select(i => new BulkOperation(BulkMethod.Post, $"{i}", null, "Groups", null, Wire.Json($$"""{"x":"bulkId:{{i + 1}}"}"""))),
        ]);

        Assert.That(order.Select(circle => circle.Single()), Is.EqualTo(Enumerable.Range(0, 1_000).Reverse()));
    }

    static BulkOperation Operation(string text)
    {
        var (bulkId, references) = text.Split(':') is [var id, var others] ? (id, others) : (text, "");
        var data = Wire.Json($$"""{"values":[{{string.Join(',', references.Select(r => $"\"bulkId:{r}\""))}}]}""");
        return bulkId.Length > 0
            ? new(BulkMethod.Post, bulkId, null, "Groups", null, data)
            : new(BulkMethod.Patch, null, null, "Groups", "1", data);
    }
}
