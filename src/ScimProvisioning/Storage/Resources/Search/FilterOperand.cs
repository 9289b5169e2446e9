using Scim;
using ScimProvisioning.Storage.Database;

namespace ScimProvisioning.Storage.Resources.Search;

/// <summary>The left side of a comparison in SQL: the attribute of a path, and how each operator is applied to it.</summary>
abstract record FilterOperand
{
    const string TimeFormat = """'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'""";

    /// <summary>Condition: the attribute has a value.</summary>
    public abstract string IsPresent();

    /// <summary>Condition: the comparison holds; it may be NULL when the attribute has no value.</summary>
    public abstract string Compare(Sql sql, CompareOperator op, object value);

    /// <summary>Text.</summary>
    /// <param name="folded">Compare without regard to case.</param>
    public static FilterOperand Text(string expression, bool folded) =>
        new TextOperand(folded ? $"scim_fold({expression})" : expression, folded);

    /// <summary>A text column with an index in its order.</summary>
    /// <param name="folded">The column holds folded text.</param>
    public static FilterOperand Column(string column, bool folded) => new TextOperand(column, folded, Indexed: true);

    public static FilterOperand Flag(string expression) => new FlagOperand(expression);

    public static FilterOperand Id(string expression) => new IdOperand(expression);

    /// <summary>A time that the server has set.</summary>
    public static FilterOperand Time(string expression) => new TimeOperand(expression);

    /// <summary>
    /// A scalar in a JSON document, of the type that the schema says. A value stored before its schema was registered may be of another
    /// type; it then compares with nothing.
    /// </summary>
    public static FilterOperand Json(string document, string path, AttributeDefinition attribute) =>
        attribute.Type switch
        {
            AttributeType.Complex => new RowsOperand($"({document} #> {path}) IS NOT NULL"),
            AttributeType.Boolean => new TypedOperand(
                $"(CASE jsonb_typeof({document} #> {path}) WHEN 'boolean' THEN ({document} #>> {path})::boolean END)",
                Scalar(document, path, attribute)
            ),
            AttributeType.Integer or AttributeType.Decimal => new TypedOperand(
                $"(CASE jsonb_typeof({document} #> {path}) WHEN 'number' THEN ({document} #>> {path})::numeric END)",
                Scalar(document, path, attribute)
            ),
            AttributeType.DateTime => new TypedOperand($"scim_time({document} #>> {path})", Scalar(document, path, attribute)),
            _ => Scalar(document, path, attribute),
        };

    static TextOperand Scalar(string document, string path, AttributeDefinition attribute)
    {
        var text = $"(CASE WHEN jsonb_typeof({document} #> {path}) NOT IN ('object', 'array') THEN {document} #>> {path} END)";
        return new(
            attribute.CaseExact ? text : $"scim_fold({text})",
            !attribute.CaseExact,
            Presence: $"({document} #> {path}) IS NOT NULL"
        );
    }

    /// <summary>Any number of values, typed by the schema; the query yields them as <c>v(value)</c>.</summary>
    public static FilterOperand Values(Sql sql, string query, AttributeDefinition attribute) =>
        new ValuesOperand(
            query,
            attribute.Type switch
            {
                AttributeType.Complex => Rows("TRUE"),
                AttributeType.Any => Text(
                    "(CASE WHEN jsonb_typeof(v.value) NOT IN ('object', 'array') THEN v.value #>> '{}' END)",
                    folded: true
                ),
                _ => Json("v.value", sql.Add(Array.Empty<string>()), attribute),
            }
        );

    /// <summary>An attribute that has no operator but <c>pr</c>.</summary>
    public static FilterOperand Rows(string condition) => new RowsOperand(condition);

    /// <summary>Of the operators with a symbol in SQL: the parser writes "ne" as a negated "eq".</summary>
    static string Symbol(CompareOperator op) =>
        op switch
        {
            CompareOperator.Gt => ">",
            CompareOperator.Ge => ">=",
            CompareOperator.Lt => "<",
            CompareOperator.Le => "<=",
            _ => "=",
        };

    static string CompareText(string expression, CompareOperator op, string value) =>
        op switch
        {
            CompareOperator.Co => $"strpos({expression}, {value}) > 0",
            CompareOperator.Sw => $"starts_with({expression}, {value})",
            CompareOperator.Ew => $"right({expression}, length({value})) = {value}",
            _ => $"({expression}) COLLATE \"C\" {Symbol(op)} {value}",
        };

    sealed record TextOperand(string Expression, bool Folded, bool Indexed = false, string? Presence = null) : FilterOperand
    {
        public override string IsPresent() => Presence ?? $"({Expression}) IS NOT NULL";

        public override string Compare(Sql sql, CompareOperator op, object value)
        {
            var text = Folded ? CaseFolding.Fold((string)value) : (string)value;
            if (op is not CompareOperator.Sw || !Indexed)
                return CompareText(Expression, op, sql.Add(text));
            return sql.BeginsWith(Expression, text);
        }
    }

    /// <summary>The value is a literal, not a parameter, so that a partial index on one of the two applies.</summary>
    sealed record FlagOperand(string Expression) : FilterOperand
    {
        public override string IsPresent() => $"({Expression}) IS NOT NULL";

        public override string Compare(Sql sql, CompareOperator op, object value) => $"{Expression} = {((bool)value ? "true" : "false")}";
    }

    /// <summary>Ids are lower-case hyphenated UUIDs; anything else equals none of them.</summary>
    sealed record IdOperand(string Expression) : FilterOperand
    {
        public override string IsPresent() => "TRUE";

        public override string Compare(Sql sql, CompareOperator op, object value)
        {
            if (op is not CompareOperator.Eq)
                return CompareText($"({Expression}::text)", op, sql.Add((string)value));
            return ResourceId.TryParse((string)value, out var id) ? $"{Expression} = {sql.Add(id)}" : "FALSE";
        }
    }

    sealed record TimeOperand(string Expression) : FilterOperand
    {
        public override string IsPresent() => "TRUE";

        public override string Compare(Sql sql, CompareOperator op, object value) =>
            value is DateTimeOffset time
                ? $"{Expression} {Symbol(op)} {sql.Add(StoredTime.Between(time))}"
                : CompareText($"to_char({Expression} AT TIME ZONE 'UTC', {TimeFormat})", op, sql.Add((string)value));
    }

    sealed record TypedOperand(string Expression, TextOperand AsText) : FilterOperand
    {
        public override string IsPresent() => AsText.IsPresent();

        public override string Compare(Sql sql, CompareOperator op, object value) =>
            value switch
            {
                bool flag => $"{Expression} = {sql.Add((bool?)flag)}",
                DateTimeOffset time => $"{Expression} {Symbol(op)} {sql.Add(time)}",
                decimal number => $"{Expression} {Symbol(op)} {sql.Add(number)}",
                _ => AsText.Compare(sql, op, value),
            };
    }

    sealed record ValuesOperand(string Query, FilterOperand Value) : FilterOperand
    {
        public override string IsPresent() => $"EXISTS (SELECT FROM {Query} v(value))";

        public override string Compare(Sql sql, CompareOperator op, object value) =>
            $"EXISTS (SELECT FROM {Query} v(value) WHERE {Value.Compare(sql, op, value)})";
    }

    sealed record RowsOperand(string Condition) : FilterOperand
    {
        public override string IsPresent() => $"({Condition})";

        public override string Compare(Sql sql, CompareOperator op, object value) =>
            throw new InvalidOperationException("A complex attribute has nothing to compare.");
    }
}
