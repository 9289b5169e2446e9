using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace ScimProvisioning.Storage.Released;

/// <summary>A place in the log of events, as readers keep it: <c>1-48213</c>.</summary>
/// <param name="Epoch">Another one since the database was restored; places of different epochs cannot be compared.</param>
readonly record struct EventPosition(int Epoch, long Number)
{
    public static bool TryParse(string text, [NotNullWhen(true)] out EventPosition? position)
    {
        position =
            text.Split('-') is [var epoch, var number]
            && int.TryParse(epoch, NumberStyles.None, CultureInfo.InvariantCulture, out var e)
            && long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var n)
                ? new(e, n)
                : null;
        return position is not null;
    }

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Epoch}-{Number}");
}
