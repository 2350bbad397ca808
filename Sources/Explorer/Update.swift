import Cells
import Plots
import Separation

/// Takes a message into the model and says what is to be done about it. Pure and quick: under a millisecond, but for a
/// layer's arrival, whose edges are counted by class.
public func update(_ model: inout ExplorerModel, _ message: Message) -> [Effect] {
    let before = model.withoutRings
    let (rings, ring) = (model.wantedRings, model.wantedRing)
    var effects = model.take(message)
    effects += model.move(from: ring, to: model.wantedRing)
    effects += model.ringEffects() + model.sampleEffects() + model.trialEffects()
    let hasArrived = rings.contains { message.isRing($0) }
    if hasArrived || message.asksForRedraw || model.withoutRings != before { model.revision &+= 1 }
    return effects
}

extension Message {
    fileprivate func isRing(_ key: RingKey) -> Bool {
        if case .ringReady(key, _) = self { true } else { false }
    }

    /// A size means that the screen may have been lost, even where it is the same.
    fileprivate var asksForRedraw: Bool {
        if case .terminal(.resized) = self { true } else { false }
    }
}

extension ExplorerModel {
    /// The model less what can't be seen: rings computed in advance, and what is being read.
    fileprivate var withoutRings: ExplorerModel {
        var copy = self
        copy.rings = RingCache()
        copy.pictures.pending = nil
        return copy
    }

    fileprivate mutating func take(_ message: Message) -> [Effect] {
        switch message {
        case .terminal(let event): return take(event)
        case .perform(let action): return perform(action)
        case .opened(let index, let title): open(run: index, title: title)
        case .of(let index, let message) where runs.indices.contains(index): take(message, ofRun: index)
        case .of: break
        case .header, .layer, .geometry, .progress, .jobFailed, .jobFinished: take(message, ofRun: 0)
        case .status(let words): status = words
        case .notice(let words): notice = words
        case .view(let view, let takesTheme): restore(view, takesTheme: takesTheme)
        case .mouse(let isOn): tellMouse(isOn)
        case .ringReady(let key, let picture):
            // One that isn't waited for any more is of another run.
            guard rings.pending == key else { return [] }
            rings.pending = nil
            // The full result may have come while its preview's ring was at work.
            guard runs.indices.contains(key.run), key.isPreview == runs[key.run].previews.contains(key.layer)
            else { return [] }
            rings.insert(picture, for: key, samples: runs[key.run].header?.labels.count ?? 0)
        case .motionReady(let key, let way): return take(way, for: key)
        case .plans(let run, let chosen, let all): begin(with: chosen, plans: all, run: run)
        case .cutTried(let run, let cut, let outcome):
            if runs.indices.contains(run) { runs[run].whatIf.take(outcome, of: cut, layers: runs[run].layers.count) }
        case .cutAutomatically(let run, let outcome): return take(outcome, ofRun: run)
        case .picture(let run, let sample, let picture): takePicture(picture, of: sample, run: run)
        case .tick(let now): return tick(now)
        }
        return []
    }

    private mutating func take(_ event: TerminalEvent) -> [Effect] {
        switch event {
        case .key(let key): return take(key)
        case .mouse(let event): take(event)
        // What is pasted was never meant as keys.
        case .paste(let text): typeIntoPrompt(text)
        case .resized(let size): self.size = size
        case .hangUp, .interrupt, .terminate: return [.leaveInterrupted]
        }
        return []
    }

    private mutating func take(_ key: Key) -> [Effect] {
        notice = nil
        if key == .control("z") { return [.suspend] }
        if key == .control("c") { return [.quit] }
        if prompt != nil { return takeIntoPrompt(key) }
        if isHelpShown, scrollHelp(key) { return [] }
        let keys = pendingKeys + [key]
        pendingKeys = []
        if keymap.isBeginning(keys) {
            pendingKeys = keys
            return []
        }
        // A key that doesn't go on with a sequence stands for itself.
        guard let action = keymap.action(for: keys) ?? keymap.action(for: key) else {
            takeDigit(key)
            return []
        }
        let number = count
        count = nil
        if layout.isTooSmall || isHelpShown, !action.worksUnderHelp { return [] }
        if number != nil, action == .back { return [] }
        return perform(action, number: number)
    }

    /// Digits make the number for the key behind them; any other key without meaning forgets it.
    private mutating func takeDigit(_ key: Key) {
        guard case .character(let character) = key, let digit = character.wholeNumberValue, character.isASCII,
            !(digit == 0 && count == nil), !isHelpShown
        else {
            count = nil
            return
        }
        count = min(99_999, (count ?? 0) * 10 + digit)
    }

    /// What concerns a run, whether or not it is on the screen.
    private mutating func take(_ message: Message, ofRun index: Int) {
        let isShown = index == shownRun
        switch message {
        case .header(let header): take(header, ofRun: index)
        case .layer(let layer, let result, let isPreview):
            guard runs[index].take(result, layer: layer, isPreview: isPreview), isShown else { return }
            readFlags()
            if run.layers[layer].isOn(level), isFollowing || cursor == nil { cursor = layer }
        case .geometry(let layer, let map, let row): runs[index].take(map, alignments: row, layer: layer)
        case .progress(let progress): runs[index].progress = progress
        case .jobFailed(let reason):
            runs[index].failure = reason
            if isShown { isFollowing = false }
        case .jobFinished:
            runs[index].isFinished = true
            if isShown {
                isFollowing = false
            } else if followsRuns, index > shownRun, prompt == nil {
                // Not under the hands of somebody who types.
                select(run: index)
            }
            forgetOldEdges()
        case .terminal, .perform, .opened, .of, .status, .notice, .ringReady, .motionReady, .mouse, .view, .picture,
            .plans, .cutTried, .cutAutomatically, .tick:
            // These concern no run, or say themselves which.
            break
        }
    }

    private mutating func take(_ header: RunHeader, ofRun index: Int) {
        let isShown = index == shownRun
        if runs[index].header?.layers != header.layers {
            rings.removeAll()
            if isShown {
                samples = SampleChoice()
                prompt = nil
                cursor = nil
                classFocus = nil
                isFollowing = true
            }
        }
        runs[index].take(header)
        if isShown { readFlags() }
    }

    /// Reads Criterion I anew: after every result, and every turn of τ or L.
    mutating func readFlags() {
        flags = RunFlags(layers: run.layers, results: run.results, options: criterion)
    }

    private mutating func tick(_ now: Double) -> [Effect] {
        let next = motion.tick(now)
        return (next.map { [.wake(afterSeconds: $0)] } ?? []) + play(now)
    }

    private mutating func play(_ now: Double) -> [Effect] {
        switch autoplay {
        case .off: return []
        case .starting:
            autoplay = .running(nextStepSeconds: now + dwellSeconds)
            return [.wake(afterSeconds: dwellSeconds)]
        case .running(let due):
            // A timer may fire a hair early: don't wake up again for that.
            if now < due - 0.001 { return [.wake(afterSeconds: due - now)] }
            if !step(by: 1) {
                let known = run.known(on: level)
                // Alone, a layer can't be played.
                guard loops, known.count > 1, let first = known.first else {
                    autoplay = .off
                    return []
                }
                cursor = first
            }
            autoplay = .running(nextStepSeconds: now + dwellSeconds)
            return [.wake(afterSeconds: dwellSeconds)]
        }
    }
}
