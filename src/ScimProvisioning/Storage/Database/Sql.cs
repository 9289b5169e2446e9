using Npgsql;
using NpgsqlTypes;

namespace ScimProvisioning.Storage.Database;

/// <summary>A statement under construction: text with <c>$1</c>, <c>$2</c>, … and the values, which travel as parameters only.</summary>
sealed class Sql
{
    readonly List<NpgsqlParameter> _parameters = [];

    public string Add(Guid value) => Add(new NpgsqlParameter<Guid> { TypedValue = value, NpgsqlDbType = NpgsqlDbType.Uuid });

    public string Add(Guid[] values) =>
        Add(new NpgsqlParameter<Guid[]> { TypedValue = values, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Uuid });

    /// <summary>
    /// Condition: the column has one of these values. A single value is compared with =, since PostgreSQL estimates an array parameter as
    /// ten values and chooses a worse plan.
    /// </summary>
    public string IsAny(string column, Guid[] values) =>
        values is [var only] ? $"{column} = {Add(only)}" : $"{column} = ANY({Add(values)})";

    public string Add(string? value) =>
        Add(new NpgsqlParameter { Value = (object?)value ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text });

    public string Add(Guid? value) => Add(new NpgsqlParameter { Value = (object?)value ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Uuid });

    public string Add(Guid?[] values) =>
        Add(new NpgsqlParameter<Guid?[]> { TypedValue = values, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Uuid });

    public string Add(string?[] values) =>
        Add(new NpgsqlParameter<string?[]> { TypedValue = values, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text });

    public string Add(long[] values) =>
        Add(new NpgsqlParameter<long[]> { TypedValue = values, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bigint });

    public string Add(ulong transactionId) =>
        Add(new NpgsqlParameter<ulong> { TypedValue = transactionId, NpgsqlDbType = NpgsqlDbType.Xid8 });

    public string Add(long value) => Add(new NpgsqlParameter<long> { TypedValue = value, NpgsqlDbType = NpgsqlDbType.Bigint });

    public string Add(bool? value) =>
        Add(new NpgsqlParameter { Value = (object?)value ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Boolean });

    public string Add(bool[] values) =>
        Add(new NpgsqlParameter<bool[]> { TypedValue = values, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Boolean });

    public string Add(DateTimeOffset[] values) =>
        Add(new NpgsqlParameter<DateTimeOffset[]> { TypedValue = values, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.TimestampTz });

    public string Add(decimal value) => Add(new NpgsqlParameter<decimal> { TypedValue = value, NpgsqlDbType = NpgsqlDbType.Numeric });

    // Npgsql would send the first of all times as -infinity.
    public string Add(DateTimeOffset value) =>
        value == DateTimeOffset.MinValue
            ? "'0001-01-01T00:00:00Z'::timestamptz"
            : Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = value, NpgsqlDbType = NpgsqlDbType.TimestampTz });

    public string Add(DateTimeOffset? value) =>
        Add(new NpgsqlParameter { Value = (object?)value ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.TimestampTz });

    public string Add(byte[]? value) =>
        Add(new NpgsqlParameter { Value = (object?)value ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Bytea });

    public string Add(DateTimeOffset?[] values) =>
        Add(new NpgsqlParameter<DateTimeOffset?[]> { TypedValue = values, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.TimestampTz });

    public string Add(int[] values) =>
        Add(new NpgsqlParameter<int[]> { TypedValue = values, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Integer });

    public string Add(int?[] values) =>
        Add(new NpgsqlParameter<int?[]> { TypedValue = values, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Integer });

    public string Add(long?[] values) =>
        Add(new NpgsqlParameter<long?[]> { TypedValue = values, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bigint });

    public string AddJson(string? json) =>
        Add(new NpgsqlParameter { Value = (object?)json ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Jsonb });

    public string AddJson(string[] documents) =>
        Add(new NpgsqlParameter<string[]> { TypedValue = documents, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Jsonb });

    public string AddJson(byte[] json) => Add(new NpgsqlParameter<byte[]> { TypedValue = json, NpgsqlDbType = NpgsqlDbType.Jsonb });

    public string AddJsonPath(string path) => Add(new NpgsqlParameter<string> { TypedValue = path, NpgsqlDbType = NpgsqlDbType.JsonPath });

    public NpgsqlBatchCommand Statement(string text)
    {
        var statement = new NpgsqlBatchCommand(text);
        foreach (var parameter in _parameters)
            statement.Parameters.Add(parameter);
        return statement;
    }

    string Add(NpgsqlParameter parameter)
    {
        _parameters.Add(parameter);
        return "$" + _parameters.Count;
    }
}
