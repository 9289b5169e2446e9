using Scim;

namespace ScimProvisioning.Storage;

/// <summary>The left side of a comparison in SQL: what an attribute path means in some scope, and how each operator applies to it.</summary>
abstract record FilterOperand
{
    const string TimeFormat = """'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'""";

    /// <summary>Condition: a value is there.</summary>
    public abstract string IsPresent();

    /// <summary>Condition: it compares so with the value; may be NULL when nothing is there.</summary>
    public abstract string Compare(Sql sql, CompareOperator op, object value);

    public static FilterOperand Text(string expression, bool folded) => new TextOperand(expression, folded);

    public static FilterOperand Flag(string expression) => new FlagOperand(expression);

    public static FilterOperand Id(string expression) => new IdOperand(expression);

    /// <summary>A time of ours.</summary>
    public static FilterOperand Time(string expression) => new TimeOperand(expression);

    /// <summary>A scalar in a JSON document, typed by the schema.</summary>
    public static FilterOperand Json(string document, string path, AttributeDefinition attribute) => attribute.Type switch
    {
        AttributeType.Complex => new RowsOperand($"({document} #> {path}) IS NOT NULL"),
        AttributeType.Boolean => new FlagOperand($"({document} #>> {path})::boolean"),
        AttributeType.Integer or AttributeType.Decimal => new TypedOperand($"({document} #>> {path})::numeric", Scalar(document, path, attribute)),
        AttributeType.DateTime => new TypedOperand($"({document} #>> {path})::timestamptz", Scalar(document, path, attribute)),
        _ => Scalar(document, path, attribute),
    };

    static TextOperand Scalar(string document, string path, AttributeDefinition attribute) => new($"({document} #>> {path})", !attribute.CaseExact);

    /// <summary>Any number of values, typed by the schema; the query yields them as <c>v(value)</c>.</summary>
    public static FilterOperand Values(Sql sql, string query, AttributeDefinition attribute) => new ValuesOperand(query, attribute.Type switch
    {
        AttributeType.Complex => Rows("TRUE"),
        AttributeType.Any => Text("CASE WHEN jsonb_typeof(v.value) NOT IN ('object', 'array') THEN v.value #>> '{}' END", folded: true),
        _ => Json("v.value", sql.Add(Array.Empty<string>()), attribute),
    });

    /// <summary>Something whose presence is all that can be asked.</summary>
    public static FilterOperand Rows(string condition) => new RowsOperand(condition);

    /// <summary>SQL gives equality its own symbol; "ne" never comes here.</summary>
    static string Symbol(CompareOperator op) => op switch
    {
        CompareOperator.Gt => ">",
        CompareOperator.Ge => ">=",
        CompareOperator.Lt => "<",
        CompareOperator.Le => "<=",
        _ => "=",
    };

    static string CompareText(string expression, CompareOperator op, string value) => op switch
    {
        CompareOperator.Co => $"strpos({expression}, {value}) > 0",
        CompareOperator.Sw => $"starts_with({expression}, {value})",
        CompareOperator.Ew => $"right({expression}, length({value})) = {value}",
        _ => $"({expression}) COLLATE \"C\" {Symbol(op)} {value}",
    };

    sealed record TextOperand(string Expression, bool Folded) : FilterOperand
    {
        public override string IsPresent() => $"({Expression}) IS NOT NULL";

        public override string Compare(Sql sql, CompareOperator op, object value) =>
            CompareText(Expression, op, sql.Add(Folded ? CaseFolding.Fold((string)value) : (string)value));
    }

    sealed record FlagOperand(string Expression) : FilterOperand
    {
        public override string IsPresent() => $"({Expression}) IS NOT NULL";

        public override string Compare(Sql sql, CompareOperator op, object value) => $"{Expression} = {sql.Add((bool?)value)}";
    }

    /// <summary>Ids are lower-case hyphenated UUIDs; anything else equals none of them.</summary>
    sealed record IdOperand(string Expression) : FilterOperand
    {
        public override string IsPresent() => "TRUE";

        public override string Compare(Sql sql, CompareOperator op, object value)
        {
            if (op is not CompareOperator.Eq) return CompareText($"({Expression}::text)", op, sql.Add((string)value));
            return ResourceId.TryParse((string)value, out var id) ? $"{Expression} = {sql.Add(id)}" : "FALSE";
        }
    }

    sealed record TimeOperand(string Expression) : FilterOperand
    {
        public override string IsPresent() => "TRUE";

        public override string Compare(Sql sql, CompareOperator op, object value) => value is DateTimeOffset time
            ? $"{Expression} {Symbol(op)} {sql.Add(StoredTime.Between(time))}"
            : CompareText($"to_char({Expression} AT TIME ZONE 'UTC', {TimeFormat})", op, sql.Add((string)value));
    }

    sealed record TypedOperand(string Expression, TextOperand AsText) : FilterOperand
    {
        public override string IsPresent() => $"({Expression}) IS NOT NULL";

        public override string Compare(Sql sql, CompareOperator op, object value) => value switch
        {
            DateTimeOffset time => $"{Expression} {Symbol(op)} {sql.Add(time)}",
            decimal number => $"{Expression} {Symbol(op)} {sql.Add(number)}",
            _ => AsText.Compare(sql, op, value),
        };
    }

    sealed record ValuesOperand(string Query, FilterOperand Value) : FilterOperand
    {
        public override string IsPresent() => $"EXISTS (SELECT FROM {Query} v(value))";

        public override string Compare(Sql sql, CompareOperator op, object value) => $"EXISTS (SELECT FROM {Query} v(value) WHERE {Value.Compare(sql, op, value)})";
    }

    sealed record RowsOperand(string Condition) : FilterOperand
    {
        public override string IsPresent() => $"({Condition})";

        public override string Compare(Sql sql, CompareOperator op, object value) => throw new InvalidOperationException("A complex attribute has nothing to compare.");
    }
}
