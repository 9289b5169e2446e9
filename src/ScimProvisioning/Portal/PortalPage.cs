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
    /// <summary>The field with the id that each form has each time it is shown: what it asks for is done once.</summary>
    internal const string FormId = "form-id";

    /// <summary>In the query of a page that says first that something was done.</summary>
    internal const string Done = "done";

    const string Repeated = "form_repeated";

    readonly List<FormField> _fields = [];

    Dictionary<string, string> _errors = [];

    int? _status;

    [Inject]
    private protected IServiceScopeFactory Scopes { get; set; } = null!;

    /// <summary>Why the page cannot be shown, such as that there is no such connection.</summary>
    internal string? Missing { get; private set; }

    /// <summary>Whether <see cref="LoadAsync"/> has ended: the framework renders a page before that, too.</summary>
    internal bool IsLoaded { get; private set; }

    /// <summary>Why a form was refused.</summary>
    internal string? Failure { get; private set; }

    /// <summary>Whether the form came before, as by a double click, and was carried out then.</summary>
    internal bool IsRepeated { get; private set; }

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

    /// <summary>Why a form was refused, or that what it searches for cannot be.</summary>
    internal bool HasErrors => Failure is not null || _errors.Count > 0;

    /// <summary>What was wrong with a field of the form.</summary>
    internal string? ErrorOf(string field) => _errors.GetValueOrDefault(field);

    /// <summary>Says that a form has this field, in the order in which the page shows them.</summary>
    internal void Has(FormField field)
    {
        if (!_fields.Contains(field))
            _fields.Add(field);
    }

    /// <summary>What was wrong with the form, in the order of its fields; what has no field of this page comes last.</summary>
    internal IReadOnlyList<(FormField? Field, string Error)> WrongIn(string? form)
    {
        var known = _fields.Where(field => field.Form == form && _errors.ContainsKey(field.Name)).ToList();
        var others = _errors.Where(error => !known.Exists(field => field.Name == error.Key));
        return
        [
            .. known.Select(field => ((FormField?)field, _errors[field.Name])),
            .. others.Select(error => ((FormField?)null, $"{error.Key}: {error.Value}")),
        ];
    }

    /// <summary>Whether the cursor belongs here, because it is the first field that was wrong.</summary>
    internal bool IsFirstWrong(string? form, string field) => WrongIn(form) is [{ Field: { } first }, ..] && first.Name == field;

    /// <summary>The field of the page for what the API calls so in an error, such as <c>schedules[0].cron</c>.</summary>
    private protected virtual string FieldOf(string error) => error;

    void Note(IReadOnlyDictionary<string, string[]> errors) =>
        _errors = errors
            .GroupBy(error => FieldOf(error.Key))
            .ToDictionary(field => field.Key, field => string.Join(' ', field.SelectMany(error => error.Value).Distinct()));

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
            Note(errors);
            Answer(problem.Status);
            return null;
        }
    }

    /// <summary>Checks the request as the API does, and changes something. With services for <c>TUseCases</c>, it may be several.</summary>
    /// <returns>false: nothing has changed, and the page shows why.</returns>
    private protected Task<bool> ChangeAsync<TUseCases, TRequest>(TRequest request, Func<TUseCases, Task> change)
        where TUseCases : notnull
        where TRequest : notnull =>
        RunAsync(async services =>
        {
            await services.ValidateAsync(request, Ct);
            await ChangeAsync(services, change);
        });

    /// <summary>The same for a use case without a request message, or one that is read from the form.</summary>
    private protected Task<bool> ChangeAsync<TUseCases>(Func<TUseCases, Task> change)
        where TUseCases : notnull => RunAsync(services => ChangeAsync(services, change));

    /// <summary>Shows why nothing was done.</summary>
    private protected void Fail(string message, int status = StatusCodes.Status400BadRequest)
    {
        Failure = message;
        Answer(status);
    }

    /// <summary>The same because of a field.</summary>
    private protected void FailAt(string field, string error, string message, int status)
    {
        Note(new Dictionary<string, string[]> { [field] = [error] });
        Fail(message, status);
    }

    /// <summary>Goes to another page of the portal, such as <c>/connections</c>.</summary>
    // Not by NavigationManager: it makes an address of the host that the request names.
    private protected void Go(string page) => Http.Response.Redirect(Href(page));

    /// <summary>The same after a change: the page says that it was done.</summary>
    /// <param name="what">What was done, as a word of the texts; else that it is saved.</param>
    private protected void GoDone(string page, string what = "saved") =>
        Go($"{page}{(page.Contains('?', StringComparison.Ordinal) ? '&' : '?')}{Done}={what}");

    /// <summary>Who looks, for a use case that has transactions of its own.</summary>
    private protected AdminCaller Caller => AdminCaller.Of(Http, Session!.Admin);

    /// <summary>Runs a use case that has transactions of its own. Even when it fails, it runs only once for a form.</summary>
    /// <returns>false: it was refused, and the page shows why.</returns>
    private protected Task<bool> TryAsync(Func<IServiceProvider, Task> change) =>
        RunAsync(async services =>
        {
            await using (var before = Scopes.CreateAsyncScope())
                await InTransactionAsync(before.ServiceProvider, () => Task.CompletedTask);
            await change(services);
        });

    async Task<bool> RunAsync(Func<IServiceProvider, Task> change)
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
            IsRepeated = problem.Code == Repeated;
            if (problem.Errors is { } errors)
                Note(errors);
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
        await InTransactionAsync(services, () => change(useCases));
        // As after a request of the API.
        services.GetRequiredService<EventSignal>().Raise();
    }

    async Task InTransactionAsync(IServiceProvider services, Func<Task> change) =>
        await services
            .GetRequiredService<AdminTransaction>()
            .ChangeAsync(
                Caller,
                async () =>
                {
                    var id = Posted(FormId) ?? throw ProblemException.BadRequest("bad_request", T["error.form"]);
                    if (!await services.GetRequiredService<Idempotency>().TryUseAsync(id, Ct))
                        throw ProblemException.Conflict(Repeated, T["repeated.text"]);
                    await change();
                    return true;
                },
                Ct
            );
}
