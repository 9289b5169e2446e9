using Microsoft.AspNetCore.Components;
using ScimProvisioning.Api;
using ScimProvisioning.Storage.Released;

namespace ScimProvisioning.Portal;

/// <summary>
/// A page of the portal. It reads in <see cref="LoadAsync"/> and changes in the handler of a form, each time by a use case of the admin
/// API, in a transaction of its own and as the one who looks. What the use case refuses is shown on the page.
/// </summary>
public abstract class PortalPage : PortalPart
{
    IReadOnlyDictionary<string, string[]> _errors = new Dictionary<string, string[]>();

    int? _status;

    [Inject]
    private protected IServiceScopeFactory Scopes { get; set; } = null!;

    /// <summary>Why the page cannot be shown, such as that there is no such connection.</summary>
    internal string? Missing { get; private set; }

    /// <summary>Whether <see cref="LoadAsync"/> has ended: the framework renders a page before that, too.</summary>
    internal bool IsLoaded { get; private set; }

    /// <summary>Why a form was refused.</summary>
    internal string? Failure { get; private set; }

    private protected CancellationToken Ct => Http.RequestAborted;

    /// <summary>Reads what the page shows.</summary>
    protected virtual Task LoadAsync() => Task.CompletedTask;

    /// <inheritdoc/>
    protected sealed override async Task OnParametersSetAsync()
    {
        try
        {
            await LoadAsync();
        }
        catch (ProblemException problem)
        {
            Missing = problem.Message;
            Answer(problem.Status);
        }
        IsLoaded = true;
    }

    /// <summary>Sets the status of the page.</summary>
    private protected void Answer(int status)
    {
        // Only when the answer begins: a page that is 404 before, the framework does not send.
        if (_status is null)
            Http.Response.OnStarting(() =>
            {
                // What goes to another page stays so.
                if (Http.Response.StatusCode == StatusCodes.Status200OK)
                    Http.Response.StatusCode = _status ?? StatusCodes.Status200OK;
                return Task.CompletedTask;
            });
        _status = status;
    }

    /// <summary>What was wrong with a field of the form, by its name in the API.</summary>
    internal string? ErrorOf(string field) => _errors.TryGetValue(field, out var texts) ? string.Join(' ', texts) : null;

    /// <summary>Whether a form was sent. The content type of a GET says nothing: its body is not read before.</summary>
    internal bool IsSent => HttpMethods.IsPost(Http.Request.Method) && Http.Request.HasFormContentType;

    /// <summary>What was sent for a field of the form; <c>null</c>: nothing, or the page was not sent.</summary>
    internal string? Posted(string field) =>
        IsSent && Http.Request.Form[field] is [{ } text] && text.Trim() is { Length: > 0 } sent ? sent : null;

    /// <summary>Whether the form of this name was sent; a page may have several.</summary>
    internal bool IsPosted(string? form) => IsSent && Http.Request.Form["_handler"] == form;

    /// <summary>All that was sent for a field, such as the boxes that are checked.</summary>
    private protected IEnumerable<string> PostedAll(string field) => IsSent ? Http.Request.Form[field].OfType<string>() : [];

    /// <summary>What the address has for a field of a form that searches; <c>null</c>: nothing.</summary>
    internal string? Queried(string field) => Http.Request.Query[field] is [{ } text] && text.Trim() is { Length: > 0 } sent ? sent : null;

    /// <exception cref="ProblemException">400: it is no id.</exception>
    private protected Guid? PostedId(string field) =>
        Posted(field) is not { } text ? null
        : Guid.TryParse(text, out var id) ? id
        : throw ProblemException.Invalid(field, T["form.no-id"]);

    /// <summary>The part of a list that the address asks for.</summary>
    private protected PageRequest Asked(int limit) =>
        new() { Limit = limit, After = Guid.TryParse(Http.Request.Query["after"], out var after) ? after : null };

    /// <exception cref="ProblemException">What the use case refuses.</exception>
    private protected async Task<TResult> ReadAsync<TUseCases, TResult>(Func<TUseCases, Task<TResult>> read)
        where TUseCases : notnull
    {
        await using var scope = Scopes.CreateAsyncScope();
        var useCases = scope.ServiceProvider.GetRequiredService<TUseCases>();
        return await scope.ServiceProvider.GetRequiredService<AdminTransaction>().ReadAsync(Session!.Admin, () => read(useCases), Ct);
    }

    /// <summary>Reads what the address asks for, checked as the API does.</summary>
    /// <returns><c>null</c>: it asks for what cannot be, which is said beside the fields.</returns>
    private protected async Task<TResult?> FindAsync<TUseCases, TQuery, TResult>(TQuery query, Func<TUseCases, Task<TResult>> find)
        where TUseCases : notnull
        where TQuery : notnull
        where TResult : class
    {
        try
        {
            await using (var scope = Scopes.CreateAsyncScope())
                await scope.ServiceProvider.ValidateAsync(query, Ct);
            return await ReadAsync(find);
        }
        catch (ProblemException problem) when (problem.Errors is { } errors)
        {
            _errors = errors;
            Answer(problem.Status);
            return null;
        }
    }

    /// <summary>Checks the request as the API does, and changes something. With services for <c>TUseCases</c>, it may be several.</summary>
    /// <returns>false: nothing has changed, and the page shows why.</returns>
    private protected Task<bool> ChangeAsync<TUseCases, TRequest>(TRequest request, Func<TUseCases, Task> change)
        where TUseCases : notnull
        where TRequest : notnull =>
        TryAsync(async services =>
        {
            await services.ValidateAsync(request, Ct);
            await ChangeAsync(services, change);
        });

    /// <summary>The same for a use case without a request message, or one that is read from the form.</summary>
    private protected Task<bool> ChangeAsync<TUseCases>(Func<TUseCases, Task> change)
        where TUseCases : notnull => TryAsync(services => ChangeAsync(services, change));

    /// <summary>Shows why nothing was done.</summary>
    private protected void Fail(string message, int status = StatusCodes.Status400BadRequest)
    {
        Failure = message;
        Answer(status);
    }

    /// <summary>Goes to another page of the portal, such as <c>/connections</c>.</summary>
    // Not by NavigationManager: it makes an address of the host that the request names.
    private protected void Go(string page) => Http.Response.Redirect(Href(page));

    /// <summary>Who looks, for a use case that has transactions of its own.</summary>
    private protected AdminCaller Caller => AdminCaller.Of(Http, Session!.Admin);

    /// <summary>Runs a use case that has transactions of its own.</summary>
    /// <returns>false: it was refused, and the page shows why.</returns>
    private protected async Task<bool> TryAsync(Func<IServiceProvider, Task> change)
    {
        if (!MayChange)
        {
            Fail(T["form.read-only"], StatusCodes.Status403Forbidden);
            return false;
        }
        await using var scope = Scopes.CreateAsyncScope();
        try
        {
            await change(scope.ServiceProvider);
            return true;
        }
        catch (ProblemException problem)
        {
            _errors = problem.Errors ?? _errors;
            Fail(problem.Errors is null ? TextOf(problem) : T["form.correct"], problem.Status);
            return false;
        }
    }

    // The API speaks to programmers: what customers meet has words of its own.
    string TextOf(ProblemException problem) => T.Word("problem", problem.Code) is var text && text != problem.Code ? text : problem.Message;

    async Task ChangeAsync<TUseCases>(IServiceProvider services, Func<TUseCases, Task> change)
        where TUseCases : notnull
    {
        var useCases = services.GetRequiredService<TUseCases>();
        await services
            .GetRequiredService<AdminTransaction>()
            .ChangeAsync(
                Caller,
                async () =>
                {
                    await change(useCases);
                    return true;
                },
                Ct
            );
        // As after a request of the API.
        services.GetRequiredService<EventSignal>().Raise();
    }
}
