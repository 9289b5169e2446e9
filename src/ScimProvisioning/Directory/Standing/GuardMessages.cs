using FluentValidation;
using ScimProvisioning.Storage.Released;

namespace ScimProvisioning.Directory.Standing;

/// <summary>How many people may leave a connection at once. What is absent gets its default.</summary>
/// <param name="Enabled">Whether the guard holds anybody from now on; true when absent. Who is held already stays held.</param>
/// <param name="Share">It holds when more than this share of the active people would leave, 0 to 1; 0.2 when absent.</param>
/// <param name="Count">And more than so many people, 0 to 1,000,000; 25 when absent.</param>
/// <param name="WindowMinutes">Within so many minutes, 1 to 1,440; 60 when absent.</param>
sealed record GuardRequest(bool? Enabled, double? Share, int? Count, int? WindowMinutes)
{
    public GuardRow Over(GuardRow stored) =>
        stored with
        {
            Enabled = Enabled ?? GuardRow.Default.Enabled,
            Share = Share ?? GuardRow.Default.Share,
            Count = Count ?? GuardRow.Default.Count,
            WindowMinutes = WindowMinutes ?? GuardRow.Default.WindowMinutes,
        };
}

/// <inheritdoc/>
sealed class GuardValidator : AbstractValidator<GuardRequest>
{
    const int MostPeople = 1_000_000;
    const int MinutesOfADay = 1_440;

    public GuardValidator()
    {
        RuleFor(guard => guard.Share).InclusiveBetween(0, 1).WithMessage("Must be between 0 and 1: 0.2 is a fifth.");
        RuleFor(guard => guard.Count).InclusiveBetween(0, MostPeople).WithMessage($"Must be between 0 and {MostPeople}.");
        RuleFor(guard => guard.WindowMinutes)
            .InclusiveBetween(1, MinutesOfADay)
            .WithMessage($"Must be between 1 and {MinutesOfADay} minutes.");
    }
}

/// <summary>The guard against a mass deactivation: how it is set, and whom it holds.</summary>
/// <param name="Enabled">Whether it holds anybody from now on.</param>
/// <param name="Share">It holds when more than this share of the active people would leave,</param>
/// <param name="Count">and more than so many,</param>
/// <param name="WindowMinutes">within so many minutes.</param>
/// <param name="State">watching, holding (people wait for a decision), or off.</param>
/// <param name="Held">People who are held: active for the application although the identity provider has taken them away.</param>
/// <param name="Since">Since when the first of them is held; null: nobody is.</param>
/// <param name="LeftInWindow">People who have left within the window that ends now, and are not back.</param>
/// <param name="HeldInWindow">People who are held since within that window.</param>
/// <param name="Active">People who are active for the application, those who are held too.</param>
sealed record GuardResponse(
    bool Enabled,
    double Share,
    int Count,
    int WindowMinutes,
    string State,
    long Held,
    DateTimeOffset? Since,
    long LeftInWindow,
    long HeldInWindow,
    long Active
);

/// <summary>What an approval lets go.</summary>
/// <param name="Approved">How many people; 0: nobody was held.</param>
sealed record GuardApprovalResponse(long Approved);
